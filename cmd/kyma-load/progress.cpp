#include "cmd/kyma-load/progress.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

namespace kyma::load {
namespace {

using namespace std::chrono_literals;

constexpr Duration kTerminalInterval = 200ms;
constexpr Duration kLineInterval = 5s;
constexpr std::string_view kEraseLine = "\r\x1b[K";
constexpr std::string_view kLineUp = "\x1b[A";
constexpr std::size_t kRateSamples = 3;  // rates are of the time between this many samples

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

void put(std::FILE* out, std::string_view text) { std::fwrite(text.data(), 1, text.size(), out); }

// A line that wraps could not be redrawn in place.
std::string_view cut_to_width(std::FILE* out, std::string_view line) {
  winsize size{};
  const bool known = ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
  return line.substr(0, known ? size.ws_col - 1u : 79u);
}

void add_daemon_rates(const std::vector<Sample>& samples, Rates& rates) {
  // The daemon is not asked each time that a sample is taken.
  const Sample* last = nullptr;
  const Sample* before = nullptr;
  for (std::size_t back = 1; back <= std::min<std::size_t>(samples.size(), 2 * kRateSamples); ++back) {
    const Sample& sample = samples[samples.size() - back];
    if (!sample.daemon) continue;
    (last ? before : last) = &sample;
  }
  if (!last) return;
  rates.queue_depth = last->daemon->queue_depth_kymas + last->daemon->queue_depth_components;
  rates.daemon_mib = static_cast<double>(last->daemon->process.resident_bytes) / (1024 * 1024);
  if (!before || last->at <= before->at) return;
  const double span = seconds(last->at - before->at);
  const auto rate = [span](double to, double from) { return std::max(to - from, 0.0) / span; };
  rates.daemon_requests = rate(last->daemon->requests_total, before->daemon->requests_total);
  rates.daemon_cpu_percent = 100 * rate(last->daemon->process.cpu_seconds, before->daemon->process.cpu_seconds);
}

std::string components_line(const ComponentCounts& components) {
  std::string states;
  for (const auto state : api::kComponentStates) {
    const std::size_t number = components[static_cast<std::size_t>(state)];
    if (number == 0) continue;
    const std::string_view name = api::to_string(state);
    states += fmt::format("{}{} {}", states.empty() ? "" : ", ", number, name.empty() ? "unseen" : name);
  }
  return "components: " + (states.empty() ? "none" : states);
}

std::string rates_line(const Rates& rates) {
  std::string line = fmt::format("requests: {:.0f}/s", rates.requests);
  if (rates.throttled > 0) line += fmt::format(", {:.0f}/s throttled", rates.throttled);
  if (rates.creations > 0) line += fmt::format("  creating {:.0f}/s", rates.creations);
  if (!rates.queue_depth) return line;
  line += fmt::format("  daemon: queue {:.0f}", *rates.queue_depth);
  if (rates.daemon_requests) line += fmt::format(", {:.0f} requests/s", *rates.daemon_requests);
  if (rates.daemon_mib) line += fmt::format(", {:.0f} MiB", *rates.daemon_mib);
  if (rates.daemon_cpu_percent) line += fmt::format(", {:.0f}% CPU", *rates.daemon_cpu_percent);
  return line;
}

std::vector<std::string> deleting_lines(const Snapshot& snapshot) {
  std::string line = fmt::format("deleting  Kymas left {}", snapshot.existing);
  std::size_t components = 0;
  for (const std::size_t number : snapshot.components) components += number;
  if (snapshot.components_watched) line += fmt::format("  components left {}", components);
  return {line};
}

}  // namespace

Rates recent_rates(const std::vector<Sample>& samples) {
  Rates rates;
  if (samples.size() < 2) return rates;
  const std::size_t first = samples.size() - std::min(samples.size(), kRateSamples + 1);
  const Sample& begin = samples[first];
  const Sample& end = samples.back();
  const double span = seconds(end.at - begin.at);
  if (span > 0) {
    double requests = 0;
    double throttled = 0;
    for (std::size_t i = first + 1; i < samples.size(); ++i) {
      requests += static_cast<double>(samples[i].requests.count);
      throttled += static_cast<double>(samples[i].requests.throttled);
    }
    rates.requests = requests / span;
    rates.throttled = throttled / span;
    rates.creations = static_cast<double>(end.created - std::min(begin.created, end.created)) / span;
  }
  add_daemon_rates(samples, rates);
  return rates;
}

std::vector<std::string> progress_lines(const Snapshot& snapshot) {
  if (snapshot.cleaning_up) return deleting_lines(snapshot);
  std::string line =
      fmt::format("{:.1f}s  created {}/{}", seconds(snapshot.elapsed), snapshot.created, snapshot.requested);
  if (snapshot.failed > 0) line += fmt::format(", {} failed", snapshot.failed);
  if (snapshot.removed > 0) line += fmt::format(", {} deleted", snapshot.removed);
  line += fmt::format("  success {}/{}", snapshot.success,
                      snapshot.requested - std::min(snapshot.requested, snapshot.removed));
  std::vector<std::string> lines{std::move(line)};
  if (snapshot.components_watched) lines.push_back(components_line(snapshot.components));
  if (snapshot.rates.requests > 0 || snapshot.rates.queue_depth) lines.push_back(rates_line(snapshot.rates));
  return lines;
}

Progress::Progress(std::FILE* out) : out_(out), terminal_(out && isatty(fileno(out)) != 0) { logging::set_sink(this); }

Progress::~Progress() {
  logging::set_sink(nullptr);
  finish();
}

Duration Progress::interval() const noexcept { return terminal_ ? kTerminalInterval : kLineInterval; }

void Progress::erase() {
  if (drawn_ == 0) return;
  put(out_, kEraseLine);
  for (; drawn_ > 1; --drawn_) {
    put(out_, kLineUp);
    put(out_, kEraseLine);
  }
  drawn_ = 0;
}

void Progress::show(const Snapshot& snapshot) {
  if (!out_) return;
  const auto lines = progress_lines(snapshot);
  if (terminal_) {
    erase();
    for (const auto& line : lines) {
      if (drawn_++ > 0) put(out_, "\n");
      put(out_, cut_to_width(out_, line));
    }
  } else {
    for (std::size_t i = 0; i < lines.size(); ++i) {
      put(out_, i > 0 ? "  " : "");
      put(out_, lines[i]);
    }
    put(out_, "\n");
  }
  std::fflush(out_);
}

void Progress::note(std::string_view line) {
  if (!out_) return;
  erase();
  put(out_, line);
  put(out_, "\n");
  std::fflush(out_);
}

void Progress::finish() {
  if (drawn_ == 0) return;
  put(out_, "\n");
  std::fflush(out_);
  drawn_ = 0;
}

void Progress::write(std::string_view line) {
  if (drawn_ > 0 && isatty(STDERR_FILENO)) {
    erase();
    std::fflush(out_);
  }
  put(stderr, line);
}

}  // namespace kyma::load
