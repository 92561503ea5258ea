#include "cmd/kyma-load/progress.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <chrono>

namespace kyma::load {
namespace {

using namespace std::chrono_literals;

constexpr Duration kTerminalInterval = 200ms;
constexpr Duration kLineInterval = 5s;
constexpr std::string_view kEraseLine = "\r\x1b[K";

void put(std::FILE* out, std::string_view text) { std::fwrite(text.data(), 1, text.size(), out); }

// A line that wraps could not be redrawn in place.
std::string_view cut_to_width(std::FILE* out, std::string_view line) {
  winsize size{};
  const bool known = ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
  return line.substr(0, known ? size.ws_col - 1u : 79u);
}

}  // namespace

std::string progress_line(const Snapshot& snapshot) {
  std::string line = fmt::format("{:.1f}s  created {}/{}", std::chrono::duration<double>(snapshot.elapsed).count(),
                                 snapshot.created, snapshot.requested);
  if (snapshot.failed > 0) line += fmt::format(", {} failed", snapshot.failed);
  line += fmt::format("  success {}/{}", snapshot.success, snapshot.requested);
  if (!snapshot.components_watched) return line;
  std::string states;
  for (const auto state : api::kComponentStates) {
    const std::size_t number = snapshot.components[static_cast<std::size_t>(state)];
    if (number == 0) continue;
    const std::string_view name = api::to_string(state);
    states += fmt::format("{}{} {}", states.empty() ? "" : ", ", number, name.empty() ? "unseen" : name);
  }
  return line + "  components: " + (states.empty() ? "none" : states);
}

Progress::Progress(std::FILE* out) : out_(out), terminal_(out && isatty(fileno(out)) != 0) { logging::set_sink(this); }

Progress::~Progress() {
  logging::set_sink(nullptr);
  finish();
}

Duration Progress::interval() const noexcept { return terminal_ ? kTerminalInterval : kLineInterval; }

void Progress::show(std::string_view line) {
  if (!out_) return;
  if (terminal_) {
    put(out_, kEraseLine);
    put(out_, cut_to_width(out_, line));
    drawn_ = true;
  } else {
    put(out_, line);
    put(out_, "\n");
  }
  std::fflush(out_);
}

void Progress::finish() {
  if (!drawn_) return;
  put(out_, "\n");
  std::fflush(out_);
  drawn_ = false;
}

void Progress::write(std::string_view line) {
  if (drawn_ && isatty(STDERR_FILENO)) {
    put(out_, kEraseLine);
    std::fflush(out_);
  }
  put(stderr, line);
}

}  // namespace kyma::load
