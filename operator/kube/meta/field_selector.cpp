#include <fmt/format.h>

#include <algorithm>

#include "operator/kube/meta/selector.hpp"

namespace kyma::kube {
namespace {

// Splits at commas; a backslash protects the character after it.
std::vector<std::string_view> split_terms(std::string_view text) {
  std::vector<std::string_view> terms;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == ',') {
      terms.push_back(text.substr(begin, i - begin));
      begin = i + 1;
    }
  }
  terms.push_back(text.substr(begin));
  return terms;
}

Outcome<std::string> unescape(std::string_view text) {
  std::string value;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ',' || text[i] == '=') {
      return bad_request(fmt::format("invalid field selector: unescaped character in value: {}", text[i]));
    }
    if (text[i] == '\\') {
      ++i;
      if (i == text.size() || (text[i] != '\\' && text[i] != ',' && text[i] != '=')) {
        return bad_request(fmt::format("invalid field selector: invalid escape sequence: {}", text.substr(i - 1, 2)));
      }
    }
    value += text[i];
  }
  return value;
}

Outcome<FieldSelector::Term> parse_term(std::string_view term, std::string_view selector) {
  for (std::size_t i = 0; i < term.size(); ++i) {
    if (term[i] == '\\') {
      ++i;
      continue;
    }
    const std::string_view rest = term.substr(i);
    const bool differs = rest.starts_with("!=");
    if (!differs && !rest.starts_with('=')) continue;
    auto value = unescape(rest.substr(differs || rest.starts_with("==") ? 2 : 1));
    if (!value) return value.error();
    return FieldSelector::Term{std::string(term.substr(0, i)), *std::move(value), !differs};
  }
  return bad_request(fmt::format("invalid selector: '{}'; can't understand '{}'", selector, term));
}

}  // namespace

Outcome<FieldSelector> FieldSelector::parse(std::string_view text) {
  FieldSelector selector;
  for (const auto term : split_terms(text)) {
    if (term.empty()) continue;
    auto parsed = parse_term(term, text);
    if (!parsed) return parsed.error();
    selector.terms_.push_back(*std::move(parsed));
  }
  return selector;
}

bool FieldSelector::matches(const std::function<std::string_view(std::string_view field)>& value_of) const {
  return std::all_of(terms_.begin(), terms_.end(),
                     [&](const Term& term) { return (value_of(term.field) == term.value) == term.equal; });
}

}  // namespace kyma::kube
