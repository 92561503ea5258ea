#include "operator/helm/renderer.hpp"

#include <fmt/format.h>

#include <exception>
#include <utility>

#include "operator/helm/digest.hpp"
#include "operator/helm/formats/json.hpp"

namespace kyma::helm {
namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20;

// What a hostile chart or hostile values make throw (a heap that is full, a stack that ends) is an error like others.
template <class Work>
auto without_throwing(std::string_view chart, Work work) -> decltype(work()) {
  try {
    return work();
  } catch (const std::exception& error) {
    return RenderError{fmt::format("chart {}: {}", chart, error.what())};
  }
}

}  // namespace

RenderLimits Renderer::daemon_limits() {
  RenderLimits limits;
  limits.heap = 256 * kMiB;
  limits.stack = 64 * kMiB;
  limits.templates.max_output = 64 * kMiB;
  limits.templates.max_steps = 50'000'000;
  return limits;
}

std::string manifest_digest(const ChartIdentity& chart, const RenderRequest& request,
                            const KnownCapabilities& capabilities) {
  Digest digest;
  digest.add("kyma-operator manifest 1");  // to be raised when equal inputs come to render differently
  digest.add(chart.digest);
  digest.add(request.values);
  digest.add(request.release_name);
  digest.add(request.release_namespace);
  CapabilityUse use = chart.capabilities;
  use.scan(request.values);
  digest.add(use.fingerprint(capabilities));
  return digest.finish();
}

RenderOutcome<ChartIdentity> Renderer::identify(std::string_view chart, std::string_view version) {
  return without_throwing(chart, [&]() -> RenderOutcome<ChartIdentity> {
    auto loaded = charts_.get(chart, version);
    if (!loaded) return RenderError{loaded.error().message};
    return ChartIdentity{(*loaded)->chart->digest, (*loaded)->capabilities};
  });
}

RenderOutcome<std::shared_ptr<const Manifest>> Renderer::render(const RenderRequest& request,
                                                                const KnownCapabilities& capabilities) {
  return without_throwing(request.chart, [&] { return render_loaded(request, capabilities); });
}

RenderOutcome<std::shared_ptr<const Manifest>> Renderer::render_loaded(const RenderRequest& request,
                                                                       const KnownCapabilities& capabilities) {
  auto loaded = charts_.get(request.chart, request.version);
  if (!loaded) return RenderError{loaded.error().message};
  const auto failed = [&](std::string_view why) {
    return RenderError{fmt::format("chart {}: {}", request.chart, why)};
  };
  Heap heap(limits_.heap);
  ReleaseRequest release{(*loaded)->chart,    {},    {request.release_name, request.release_namespace},
                         &capabilities.get(), false, limits_};
  try {
    if (!request.values.empty()) release.user_values = from_json(request.values, heap);
    if (!release.user_values.is_nothing() && !release.user_values.is_map()) return failed("values is no object");
  } catch (const FormatError& error) {
    return failed(fmt::format("values: {}", error.what()));
  }
  Warnings warnings;
  auto rendered = render_release(release, (*loaded)->parsed, environment_, warnings);
  if (!rendered) return failed(rendered.error().message);
  std::string text = rendered->text({.include_crds = true});
  text.shrink_to_fit();  // it is kept, and its size is what the cache counts
  return std::make_shared<const Manifest>(Manifest{
      manifest_digest({(*loaded)->chart->digest, (*loaded)->capabilities}, request, capabilities), std::move(text)});
}

}  // namespace kyma::helm
