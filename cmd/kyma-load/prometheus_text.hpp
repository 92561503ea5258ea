// Reads Prometheus' text exposition format, 0.0.4 and OpenMetrics, one sample a line.
//
// Made for answers that nobody vouches for: a line that is no sample is counted and skipped, whatever is in it; nothing
// is stored; the size of the text is the caller's limit. Views are into the text. Values only, no I/O; any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace kyma::load {

struct MetricSample {
  std::string_view name;
  std::string_view labels;  // what is between the braces, well-formed
  double value = 0;         // may be infinite or no number

  // The value of a label, its escapes undone. Nothing when it is absent.
  std::optional<std::string> label(std::string_view key) const;
  bool has(std::string_view key, std::string_view wanted) const { return label(key) == wanted; }
};

// One line without its end. Nothing for a comment, an empty line and junk.
std::optional<MetricSample> parse_metric_line(std::string_view line) noexcept;

// Calls `visit` with each sample. Returns how many lines were junk: neither sample nor comment nor empty.
template <class F>
std::size_t for_each_sample(std::string_view text, F&& visit) {
  std::size_t junk = 0;
  while (!text.empty()) {
    const auto end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (const auto sample = parse_metric_line(line)) {
      visit(*sample);
    } else if (const auto first = line.find_first_not_of(" \t");
               first != std::string_view::npos && line[first] != '#') {
      ++junk;
    }
  }
  return junk;
}

}  // namespace kyma::load
