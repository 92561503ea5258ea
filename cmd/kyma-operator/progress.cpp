#include "cmd/kyma-operator/progress.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iterator>

namespace kyma::cmd {
namespace {

constexpr std::size_t kBarWidth = 18;
constexpr auto kRedrawPeriod = std::chrono::milliseconds{200};

constexpr api::ComponentState kShown[] = {api::ComponentState::pending, api::ComponentState::started,
                                          api::ComponentState::failing, api::ComponentState::retrying,
                                          api::ComponentState::success, api::ComponentState::error};

std::size_t terminal_width() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20) return size.ws_col;
  return 200;
}

std::size_t count(const ProgressFigures& figures, api::ComponentState state) {
  return figures.components_by_state[static_cast<std::size_t>(state)];
}

// As many names as fit, and how many more there are.
std::string names_that_fit(const std::vector<std::string>& names, std::size_t width) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string more = fmt::format(" +{}", names.size() - i);
    if (text.size() + names[i].size() + 2 + more.size() > width) return text + more;
    text += (i == 0 ? "" : ", ") + names[i];
  }
  return text;
}

}  // namespace

std::string progress_line(const ProgressFigures& figures, std::size_t width) {
  const std::size_t done = count(figures, api::ComponentState::success);
  const std::size_t filled = figures.components == 0 ? 0 : kBarWidth * done / figures.components;
  std::string line =
      fmt::format("{:5.1f}s {} {:<11} [{}{}]", figures.seconds, figures.kyma, api::to_string(figures.state),
                  std::string(filled, '#'), std::string(kBarWidth - filled, '.'));
  for (const api::ComponentState state : kShown) {
    if (count(figures, state) > 0) {
      fmt::format_to(std::back_inserter(line), " {} {}", api::to_string(state), count(figures, state));
    }
  }
  fmt::format_to(std::back_inserter(line), " | queue {} (+{} timed)", figures.queue_depth, figures.queue_delayed);
  constexpr std::string_view kWaiting = " | waiting for ";
  if (!figures.waiting_for.empty() && line.size() + kWaiting.size() + 12 < width) {
    line += kWaiting;
    line += names_that_fit(figures.waiting_for, width - line.size() - 1);
  }
  return line.substr(0, width - 1);
}

Progress::Progress(runtime::Manager& manager, runtime::Request kyma, bool terminal)
    : manager_(manager), kyma_(std::move(kyma)), terminal_(terminal), started_(manager.clock().now()) {}

ProgressFigures Progress::look() const {
  ProgressFigures figures;
  figures.seconds = std::chrono::duration<double>(manager_.clock().now() - started_).count();
  figures.kyma = kyma_.name.str();
  const auto kyma = manager_.informer<api::Kyma>().get(kyma_);
  if (kyma) {
    figures.state = kyma->status.state;
    for (const InternedString& name : kyma->status.waiting_for) figures.waiting_for.push_back(name.str());
  }
  manager_.informer<api::HelmComponent>().store().for_each([&](const auto& component) {
    if (!kyma || !component->metadata.is_controlled_by(kyma->metadata.uid)) return;
    ++figures.components;
    ++figures.components_by_state[static_cast<std::size_t>(component->status.state)];
  });
  for (const auto lane : manager_.lanes()) {
    figures.queue_depth += manager_.queue().depth(lane);
    figures.queue_delayed += manager_.queue().delayed(lane);
  }
  return figures;
}

void Progress::show(const ProgressFigures& figures) {
  if (terminal_) {
    std::printf("\r\x1b[K%s", progress_line(figures, terminal_width()).c_str());
  } else {
    // Where lines stay, one per change of what is counted is enough.
    ProgressFigures timeless = figures;
    timeless.seconds = 0;
    timeless.queue_depth = 0;
    std::string text = progress_line(timeless, 400);
    if (text == last_) return;
    last_ = std::move(text);
    std::printf("%s\n", progress_line(figures, 400).c_str());
  }
  std::fflush(stdout);
}

asio::awaitable<double> Progress::follow() {
  for (;;) {
    const ProgressFigures figures = look();
    show(figures);
    if (figures.state == api::KymaState::success) {
      if (terminal_) std::printf("\n");
      co_return figures.seconds;
    }
    co_await manager_.clock().sleep_for(kRedrawPeriod);
  }
}

}  // namespace kyma::cmd
