#include "operator/apiserver/schema_budget.hpp"

#include <fmt/format.h>

namespace kyma::apiserver {
namespace {

// A pattern and its automaton together stay below this; the rest of a hostile pattern is refused.
constexpr std::int64_t kPatternMemory = 4 << 20;
// What RE2 did in vain for a pattern that needs more than that.
constexpr std::size_t kCostOfTooLarge = SchemaBudget::kMaxPatternCost / 2;
constexpr std::size_t kCostOfCharacter = 4;

RE2::Options pattern_options() {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kPatternMemory);
  options.set_never_capture(true);
  return options;
}

std::string_view go_words(RE2::ErrorCode code) {
  switch (code) {
    case RE2::ErrorBadEscape: return "invalid escape sequence";
    case RE2::ErrorBadCharClass: return "invalid character class";
    case RE2::ErrorBadCharRange: return "invalid character class range";
    case RE2::ErrorMissingBracket: return "missing closing ]";
    case RE2::ErrorMissingParen: return "missing closing )";
    case RE2::ErrorUnexpectedParen: return "unexpected )";
    case RE2::ErrorTrailingBackslash: return "trailing backslash at end of expression";
    case RE2::ErrorRepeatArgument: return "missing argument to repetition operator";
    case RE2::ErrorRepeatSize: return "invalid repeat count";
    case RE2::ErrorRepeatOp: return "invalid nested repetition operator";
    case RE2::ErrorBadPerlOp: return "invalid or unsupported Perl syntax";
    case RE2::ErrorBadUTF8: return "invalid UTF-8";
    case RE2::ErrorBadNamedCapture: return "invalid named capture";
    default: return "expression too large";
  }
}

std::size_t cost_of(const RE2& pattern) {
  const auto text = kCostOfCharacter * pattern.pattern().size();
  if (pattern.ok()) return text + static_cast<std::size_t>(pattern.ProgramSize());
  return text + (pattern.error_code() == RE2::ErrorPatternTooLarge ? kCostOfTooLarge : 0);
}

}  // namespace

bool SchemaBudget::take_node() noexcept { return ++nodes_ <= kMaxNodes; }

std::shared_ptr<const RE2> SchemaBudget::pattern(std::string_view text) {
  const auto [entry, is_new] = patterns_.try_emplace(std::string(text));
  auto& pattern = entry->second;
  if (!is_new || is_spent()) return pattern;
  pattern = std::make_shared<const RE2>(text, pattern_options());
  pattern_cost_ += cost_of(*pattern);
  return pattern;
}

std::string SchemaBudget::why_spent() const {
  if (nodes_ > kMaxNodes) {
    return fmt::format("the schemas of the definition are too large: at most {} may be within one another", kMaxNodes);
  }
  return "the patterns of the definition are too large: all of them together take too much work to compile";
}

std::string pattern_error(const RE2& pattern) {
  if (pattern.ok()) return {};
  std::string error = "error parsing regexp: ";
  error += go_words(pattern.error_code());
  if (!pattern.error_arg().empty()) error += ": `" + pattern.error_arg() + "`";
  return error;
}

}  // namespace kyma::apiserver
