#include "operator/apiserver/field_path.hpp"

#include <charconv>

#include "operator/kube/meta/json.hpp"

namespace kyma::apiserver {
namespace {

constexpr std::size_t kPrefix = 2;  // "f:"

std::string step(char sort, std::string_view text) {
  std::string result;
  result.reserve(kPrefix + text.size());
  return result.append(1, sort).append(1, ':').append(text);
}

bool is_index(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

std::string printed_keys(std::string_view text) {
  const auto keys = json::parse(text);
  std::string result;
  for (const auto& key : keys->GetObject()) {
    if (!result.empty()) result += ',';
    result.append(json::view(key.name)).append(1, '=').append(json::to_string(key.value));
  }
  return result;
}

}  // namespace

std::string member_step(std::string_view name) { return step('f', name); }
std::string value_step(std::string_view value) { return step('v', value); }
std::string keys_step(std::string_view keys) { return step('k', keys); }

std::optional<std::string_view> member_name(std::string_view step) noexcept {
  if (!step.starts_with("f:")) return std::nullopt;
  return step.substr(kPrefix);
}

StepSort normalise_step(std::string_view text, std::string& step) {
  if (text.size() < kPrefix || text[1] != ':') return StepSort::broken;
  const auto rest = text.substr(kPrefix);
  switch (text.front()) {
    case 'f': step = text; return StepSort::known;
    case 'i': step = text; return is_index(rest) ? StepSort::known : StepSort::broken;
    case 'k':
    case 'v': break;
    default: return StepSort::foreign;
  }
  const auto value = json::parse(rest);
  if (!value) return StepSort::broken;
  const bool keys = text.front() == 'k';
  if (keys && (!value->IsObject() || value->ObjectEmpty())) return StepSort::broken;
  step = keys ? keys_step(json::canonical(*value)) : value_step(json::canonical(*value));
  return StepSort::known;
}

std::string printed_step(std::string_view step) {
  const auto rest = step.substr(kPrefix);
  switch (step.front()) {
    case 'f': return "." + std::string(rest);
    case 'k': return "[" + printed_keys(rest) + "]";
    case 'v': return "[=" + std::string(rest) + "]";
    default: return "[" + std::string(rest) + "]";
  }
}

}  // namespace kyma::apiserver
