#include "operator/controllers/helm_component_reconciler.hpp"

#include <utility>
#include <variant>

#include "operator/controllers/text.hpp"

namespace kyma::controllers {
namespace {

constexpr std::size_t kMaxMessage = 1024;

using runtime::ReconcileError;
using runtime::ReconcileOutcome;
using runtime::Result;

}  // namespace

HelmComponentReconciler::HelmComponentReconciler(runtime::Informer<api::HelmComponent>& components,
                                                 kube::Client& client, Clock& clock, ManifestSource& manifests,
                                                 runtime::EventRecorder& events, FanOutPace& pace)
    : components_(components), client_(client), clock_(clock), manifests_(manifests), events_(events), pace_(pace) {
  subscribe();
}

void HelmComponentReconciler::subscribe() {
  components_.add_handler({
      .on_add = [this](const ComponentPtr& object, bool) { sights_.note(*object, clock_.wall_now()); },
      .on_update = [this](const ComponentPtr&, const ComponentPtr& after) { sights_.note(*after, clock_.wall_now()); },
      .on_delete = [this](const ComponentPtr& last) { forget(runtime::key_of(*last)); },
  });
}

asio::awaitable<ReconcileOutcome> HelmComponentReconciler::reconcile(runtime::Request request) {
  pace_.go_on();
  for (;;) {
    const ComponentPtr component = components_.get(request);
    if (!component || component->metadata.deleting()) {
      forget(request);
      co_return Result::done();
    }
    const std::optional<bool> changed = co_await chart_changed(component);
    if (!changed) co_return Result::done();
    const WallTime now = clock_.wall_now();  // the answer may have taken its time
    LifecycleStep step = next_step(component->status, component->metadata.generation,
                                   component->spec->component_name.size(), sights_.of(*component, now), now);
    if (*changed) step = Enter{api::ComponentState::pending, now};
    // What was in conflict is settled, be it by another's write.
    if (!std::holds_alternative<Enter>(step)) conflicts_.forget(request);
    if (std::holds_alternative<Finished>(step)) co_return Result::done();
    if (const auto* wait = std::get_if<WaitUntil>(&step)) co_return Result::requeue_after(wait->instant - now);
    Ending ending = co_await enter(component, std::get<Enter>(step));
    if (ending) co_return std::move(*ending);
  }
}

asio::awaitable<std::optional<bool>> HelmComponentReconciler::chart_changed(ComponentPtr component) {
  const InternedString rendered = component->status.manifest_digest;
  const api::ComponentState state = component->current_state();
  if (rendered.empty() || state == api::ComponentState::none || state == api::ComponentState::error) co_return false;
  const ManifestOutcome digest = co_await manifests_.digest(component->spec);
  if (!digest && digest.error().stopped) co_return std::nullopt;
  if (!digest) co_return true;
  co_return digest->has_value() && **digest != rendered;
}

asio::awaitable<HelmComponentReconciler::Ending> HelmComponentReconciler::enter(ComponentPtr component, Enter step) {
  ManifestOutcome manifest = co_await manifests_.manifest(component->spec, component->status.manifest_digest);
  api::HelmComponentStatus wanted = component->status;
  wanted.observed_generation = component->metadata.generation;
  if (manifest) {
    wanted.state = step.state;
    wanted.last_reconciliation = step.scheduled;
    wanted.message = {};
    wanted.manifest_digest = manifest->value_or(InternedString());
    co_return co_await write(std::move(component), std::move(wanted));
  }
  if (manifest.error().stopped) co_return ReconcileOutcome(Result::done());

  const std::string problem = shorten_middle(manifest.error().message, kMaxMessage);
  wanted.state = api::ComponentState::error;
  wanted.message = InternedString(problem);
  // The instant of an error is when it was met first: a retry that meets it again has nothing to write.
  if (component->current_state() != api::ComponentState::error) wanted.last_reconciliation = clock_.wall_now();
  const bool news = wanted.state != component->current_state() || wanted.message != component->status.message;
  Ending ending = co_await write(component, std::move(wanted));
  if (ending) co_return ending;
  if (news) tell_of_failure(*component, InternedString(problem));
  co_return ReconcileOutcome(ReconcileError(problem));
}

void HelmComponentReconciler::tell_of_failure(const api::HelmComponent& component, InternedString problem) {
  events_.record({.type = runtime::EventType::warning,
                  .reason = InternedString("ChartFailed"),
                  .action = InternedString("Render"),
                  .regarding = runtime::reference_to(api::HelmComponent::resource_type(), component.metadata),
                  .note = std::move(problem)});
}

asio::awaitable<HelmComponentReconciler::Ending> HelmComponentReconciler::write(ComponentPtr component,
                                                                                api::HelmComponentStatus wanted) {
  const std::string patch = api::status_patch(*component, wanted);
  if (patch.empty()) co_return std::nullopt;
  const runtime::Request key = runtime::key_of(*component);
  auto answer = co_await client_.merge_patch(api::HelmComponent::resource_type(), key.name_space.str(), key.name.str(),
                                             patch, "status");
  if (!answer) co_return on_refusal(key, answer.error());
  const ComponentPtr written = components_.observe_write(*answer);
  // An answer that tells nothing must not lead to the same patch again at once.
  if (!written) co_return ReconcileOutcome(Result::requeue_after(conflicts_.next(key)));
  forget(key);
  co_return std::nullopt;
}

HelmComponentReconciler::Ending HelmComponentReconciler::on_refusal(const runtime::Request& key,
                                                                    const kube::Error& error) {
  if (error.is_conflict()) return ReconcileOutcome(Result::requeue_after(conflicts_.next(key)));
  if (error.is_not_found()) {
    // Deleted a moment ago: the watch will tell. If it does not, something else is missing, and that is an error.
    const Duration delay = conflicts_.next(key);
    if (delay < ConflictBackoff::kLongest) return ReconcileOutcome(Result::requeue_after(delay));
  }
  return ReconcileOutcome(ReconcileError(error));
}

void HelmComponentReconciler::forget(const runtime::Request& key) {
  sights_.forget(key);
  conflicts_.forget(key);
}

}  // namespace kyma::controllers
