#include "operator/kube/client/exec_plugin.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "operator/base/log.hpp"
#include "operator/base/race.hpp"

namespace kyma::kube {
namespace {

using std::chrono::seconds;

constexpr Duration kLongestRun = seconds{30};
constexpr Duration kPatience = seconds{5};  // with a run, before people are told of it
constexpr Duration kFirstPause = seconds{1};
constexpr Duration kLongestPause = seconds{4};
constexpr Duration kReplaceInterval = seconds{10};
// Of a credential that has expired when it comes, as plugins with a cache of their own hand them out.
constexpr Duration kExpiredPause = seconds{1};

const Logger kLog("credentials");

}  // namespace

ExecPlugin::ExecPlugin(Clock& clock, const ClusterConfig& cluster, std::shared_ptr<CredentialLoads> loads,
                       ProcessRunner runner, Take take)
    : clock_(clock),
      exec_(*cluster.exec),
      source_(cluster.source),
      loads_(std::move(loads)),
      runner_(std::move(runner)),
      take_(std::move(take)),
      pause_(kFirstPause) {
  request_.command = exec_.command;
  request_.args = exec_.args;
  request_.environment = exec_.env;
  request_.environment.emplace_back("KUBERNETES_EXEC_INFO", exec_info(exec_, cluster));
}

bool ExecPlugin::fresh() const noexcept { return count_ > 0 && (!expires_ || clock_.wall_now() < *expires_); }

asio::awaitable<Outcome<void>> ExecPlugin::obtain() {
  while (running_) co_await ended_.wait();
  if (fresh()) co_return Outcome<void>();
  // What has just failed would fail again, and a credential that came expired is worth one try with the server.
  if (clock_.now() < not_before_) co_return last_error_.message.empty() ? Outcome<void>() : last_error_;
  co_return co_await run();
}

asio::awaitable<void> ExecPlugin::replace(std::uint64_t refused) {
  while (running_) co_await ended_.wait();
  const SteadyTime now = clock_.now();
  if (count_ != refused || now < not_before_ || now < next_replace_) co_return;
  // What comes of it, the next request tells; until then the refused one is the best there is.
  (void)co_await run();
  next_replace_ = clock_.now() + kReplaceInterval;
}

asio::awaitable<Outcome<void>> ExecPlugin::run() {
  struct Running {
    explicit Running(ExecPlugin& plugin) : self(plugin) { self.running_ = true; }
    ~Running() {
      self.running_ = false;
      self.ended_.notify_all();
    }
    ExecPlugin& self;
  } const running(*this);
  started_ = clock_.now();
  Timer alarm(clock_, [this] { kLog.warning("The exec plugin takes long", {{"error", why_waiting()}}); });
  alarm.expires_after(kPatience);
  const auto result = co_await with_timeout(clock_, kLongestRun, runner_(request_));
  alarm.cancel();
  auto taken = judge(result);
  loads_->count(CredentialLoads::Kind::exec, taken.has_value());
  if (taken) {
    pause_ = kFirstPause;
    last_error_ = {};
    not_before_ = fresh() ? SteadyTime{} : clock_.now() + kExpiredPause;
  } else {
    last_error_ = taken.error();
    not_before_ = clock_.now() + pause_;
    pause_ = std::min(2 * pause_, kLongestPause);
  }
  co_return taken;
}

Outcome<void> ExecPlugin::judge(const std::optional<ProcessResult>& result) {
  if (!result) {
    return failed(fmt::format("did not end within {} s and was killed; make it answer without a person and a terminal",
                              std::chrono::duration_cast<seconds>(kLongestRun).count()));
  }
  if (result->not_started) return explain_start(result->not_started);
  const auto with_words = [&](std::string why) {
    return failed(result->error_tail.empty() ? why : fmt::format("{}: {}", why, result->error_tail));
  };
  if (result->output_too_large) return with_words("printed more than 1 MiB and was killed");
  if (result->signal != 0) return with_words(fmt::format("was ended by signal {}", result->signal));
  if (result->exit_code != 0) return with_words(fmt::format("failed with exit code {}", result->exit_code));
  auto credential = parse_exec_credential(result->output, exec_.api_version);
  if (!credential) return with_words("is of no use: " + credential.error().message);
  if (auto taken = take_(*credential); !taken) {
    return with_words("is of no use: it printed what cannot be used: " + taken.error().message);
  }
  expires_ = credential->expires;
  ++count_;
  return {};
}

std::string ExecPlugin::why_waiting() const {
  const Duration runs = clock_.now() - started_;
  if (!running_ || runs < kPatience) return {};
  return failed(fmt::format("has not ended for {} s", std::chrono::duration_cast<seconds>(runs).count())).message;
}

Error ExecPlugin::failed(std::string_view why) const {
  std::string text = fmt::format("cannot authenticate: exec plugin \"{}\" {}", exec_.command, why);
  if (!source_.empty()) text += fmt::format(" ({})", source_);
  return Error{Reason::unauthorized, 0, std::move(text)};
}

Error ExecPlugin::explain_start(const std::error_code& problem) const {
  std::string why = fmt::format("cannot be started: {}", problem.message());
  if (problem == std::errc::permission_denied) why += "; make it executable";
  if (problem == std::errc::no_such_file_or_directory) {
    why += "; install it, or correct users[].user.exec.command";
    if (!exec_.install_hint.empty()) why += fmt::format(": {}", exec_.install_hint);
  }
  return failed(why);
}

}  // namespace kyma::kube
