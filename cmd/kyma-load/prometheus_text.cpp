#include "cmd/kyma-load/prometheus_text.hpp"

#include <charconv>
#include <limits>

namespace kyma::load {
namespace {

constexpr std::string_view kSpace = " \t";

bool is_name_start(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':'; }
bool is_name_part(char c) noexcept { return is_name_start(c) || (c >= '0' && c <= '9'); }

void skip_space(std::string_view& text) noexcept {
  const auto first = text.find_first_not_of(kSpace);
  text.remove_prefix(first == std::string_view::npos ? text.size() : first);
}

// Empty when there is none.
std::string_view take_name(std::string_view& text) noexcept {
  if (text.empty() || !is_name_start(text.front())) return {};
  std::size_t size = 1;
  while (size < text.size() && is_name_part(text[size])) ++size;
  const std::string_view name = text.substr(0, size);
  text.remove_prefix(size);
  return name;
}

bool take(std::string_view& text, char expected) noexcept {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(1);
  return true;
}

// What is between the quotes, escapes and all. Nothing when it does not end.
std::optional<std::string_view> take_quoted(std::string_view& text) noexcept {
  if (!take(text, '"')) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      const std::string_view inside = text.substr(0, i);
      text.remove_prefix(i + 1);
      return inside;
    }
  }
  return std::nullopt;
}

struct Label {
  std::string_view name;
  std::string_view raw_value;
};

// One label and the comma behind it. Nothing, and nothing taken, when there is none, be it for a mistake or for the
// end.
std::optional<Label> take_label(std::string_view& from) noexcept {
  std::string_view text = from;
  skip_space(text);
  Label label;
  label.name = take_name(text);
  if (label.name.empty()) return std::nullopt;
  skip_space(text);
  if (!take(text, '=')) return std::nullopt;
  skip_space(text);
  const auto value = take_quoted(text);
  if (!value) return std::nullopt;
  label.raw_value = *value;
  skip_space(text);
  if (!take(text, ',') && !text.empty() && text.front() != '}') return std::nullopt;
  from = text;
  return label;
}

std::string unescape(std::string_view raw) {
  std::string text;
  text.reserve(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] != '\\' || i + 1 == raw.size()) {
      text += raw[i];
      continue;
    }
    const char escaped = raw[++i];
    text += escaped == 'n' ? '\n' : escaped;
  }
  return text;
}

std::optional<double> parse_value(std::string_view text) noexcept {
  // from_chars knows "inf" and "nan" in any case, but no plus sign.
  if (text.size() > 1 && text.front() == '+' && text[1] != '-') text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end != text.data() + text.size() || text.empty()) return std::nullopt;
  if (error == std::errc::result_out_of_range) return std::numeric_limits<double>::infinity();
  if (error != std::errc{}) return std::nullopt;
  return value;
}

}  // namespace

std::optional<std::string> MetricSample::label(std::string_view key) const {
  std::string_view rest = labels;
  while (const auto found = take_label(rest)) {
    if (found->name == key) return unescape(found->raw_value);
  }
  return std::nullopt;
}

std::optional<MetricSample> parse_metric_line(std::string_view line) noexcept {
  skip_space(line);
  MetricSample sample;
  sample.name = take_name(line);
  if (sample.name.empty()) return std::nullopt;
  skip_space(line);
  if (take(line, '{')) {
    const char* const begin = line.data();
    while (take_label(line)) {
    }
    skip_space(line);
    sample.labels = {begin, static_cast<std::size_t>(line.data() - begin)};
    if (!take(line, '}')) return std::nullopt;
    skip_space(line);
  }
  // A timestamp or an exemplar may follow.
  const auto value = parse_value(line.substr(0, line.find_first_of(kSpace)));
  if (!value) return std::nullopt;
  sample.value = *value;
  return sample;
}

}  // namespace kyma::load
