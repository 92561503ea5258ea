#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "operator/helm/formats/semver.hpp"
#include "operator/helm/formats/semver_scan.hpp"

namespace kyma::helm {
namespace {

using semver::Pattern;
using semver::take;

constexpr std::string_view kPatternNumber = "0123456789|xX*";
constexpr std::string_view kSpace = " \t\n\f\r";

std::optional<Pattern> take_pattern(std::string_view& text) { return semver::take_pattern(text, kPatternNumber); }

bool is_wildcard(std::string_view number) { return number == "x" || number == "X" || number == "*"; }

std::string_view trim(std::string_view text) {
  take(text, kSpace);
  return text.substr(0, text.find_last_not_of(kSpace) + 1);
}

std::string_view take_operator(std::string_view& text) {
  for (const std::string_view op : {"!=", ">=", "=>", "<=", "=<", "~>", "=", ">", "<", "~", "^"}) {
    if (!text.starts_with(op)) continue;
    text.remove_prefix(op.size());
    return op;
  }
  return {};
}

// "1.2 - 3" becomes ">= 1.2, <= 3 ".
std::string rewrite_ranges(std::string_view text) {
  std::string result;
  std::string_view rest = text;
  while (!rest.empty()) {
    std::string_view at = rest;
    take(at, kSpace);
    const auto from = take_pattern(at);
    if (from && !take(at, kSpace).empty() && at.starts_with('-')) {
      at.remove_prefix(1);
      if (!take(at, kSpace).empty()) {
        if (const auto to = take_pattern(at)) {
          take(at, kSpace);
          result += fmt::format(">= {}, <= {} ", from->whole, to->whole);
          rest = at;
          continue;
        }
      }
    }
    result += rest.front();
    rest.remove_prefix(1);
  }
  return result;
}

// The terms of one alternative: an operator and a version each, parted by space or a comma.
std::optional<std::vector<std::string_view>> split_terms(std::string_view text) {
  std::vector<std::string_view> terms;
  bool parted = true;
  take(text, kSpace);
  do {
    if (!parted) return std::nullopt;
    const std::string_view start = text;
    take_operator(text);
    take(text, kSpace);
    if (!take_pattern(text)) return std::nullopt;
    terms.push_back(start.substr(0, start.size() - text.size()));
    parted = !take(text, kSpace).empty();
    if (text.starts_with(',')) {
      text.remove_prefix(1);
      take(text, kSpace);
      if (text.empty()) return std::nullopt;
      parted = true;
    }
  } while (!text.empty());
  return terms;
}

}  // namespace

Constraint Constraint::parse(std::string_view text) {
  const std::string rewritten = rewrite_ranges(text);
  std::string_view rest = rewritten;
  Constraint constraint;
  for (bool more = true; more;) {
    const std::size_t end = rest.find("||");
    const std::string_view alternative = rest.substr(0, end);
    more = end != rest.npos;
    if (more) rest.remove_prefix(end + 2);
    const auto terms = split_terms(alternative);
    if (!terms) throw FormatError(fmt::format("improper constraint: {}", alternative));
    std::vector<Term>& parsed = constraint.alternatives_.emplace_back();
    for (const std::string_view term : *terms) parsed.push_back(parse_term(term));
  }
  return constraint;
}

Constraint::Operator Constraint::parse_operator(std::string_view text) {
  if (text == "!=") return Operator::not_equal;
  if (text == ">") return Operator::greater;
  if (text == "<") return Operator::less;
  if (text == ">=" || text == "=>") return Operator::greater_equal;
  if (text == "<=" || text == "=<") return Operator::less_equal;
  if (text == "~" || text == "~>") return Operator::tilde;
  if (text == "^") return Operator::caret;
  return Operator::tilde_or_equal;
}

Constraint::Term Constraint::parse_term(std::string_view text) {
  Term term;
  term.op = parse_operator(take_operator(text));
  std::string_view version = trim(text);
  const auto pattern = take_pattern(version);
  const auto is_open = [&](int i) { return pattern->numbers[i].empty() || is_wildcard(pattern->numbers[i]); };
  std::string full(pattern->whole);
  if (is_open(0)) {
    term.open = Open::all;
    full = fmt::format("0.0.0{}", pattern->prerelease);
  } else if (is_open(1)) {
    term.open = Open::minor;
    full = fmt::format("{}.0.0{}", pattern->numbers[0], pattern->prerelease);
  } else if (is_open(2)) {
    term.open = Open::patch;
    full = fmt::format("{}.{}.0{}", pattern->numbers[0], pattern->numbers[1], pattern->prerelease);
  }
  try {
    term.version = Version::parse(full);
  } catch (const FormatError&) {
    throw FormatError("constraint Parser Error");
  }
  return term;
}

bool Constraint::allows(const Version& version) const {
  return std::any_of(alternatives_.begin(), alternatives_.end(), [&](const std::vector<Term>& terms) {
    return std::all_of(terms.begin(), terms.end(), [&](const Term& term) { return allows(term, version); });
  });
}

bool Constraint::allows(const Term& term, const Version& version) {
  // Who does not name a pre-release does not want one; only an exact != is content with it.
  const bool unwanted = !version.prerelease().empty() && term.version.prerelease().empty();
  if (unwanted && (term.op != Operator::not_equal || term.open != Open::nothing)) return false;
  switch (term.op) {
    case Operator::not_equal: return allows_not_equal(term, version);
    case Operator::greater: return allows_greater(term, version);
    case Operator::less: return version < term.version;
    case Operator::greater_equal: return version >= term.version;
    case Operator::less_equal: return allows_less_equal(term, version);
    case Operator::tilde: return allows_tilde(term, version);
    case Operator::caret: return allows_caret(term, version);
    case Operator::tilde_or_equal:
      return term.open == Open::nothing ? version == term.version : allows_tilde(term, version);
  }
  return false;
}

bool Constraint::allows_not_equal(const Term& term, const Version& version) {
  const Version& wanted = term.version;
  if (term.open == Open::nothing) return version != wanted;
  if (version.major() != wanted.major()) return true;
  if (term.open == Open::minor) return false;
  if (version.minor() != wanted.minor()) return true;
  if (term.open == Open::patch) return version.prerelease() != wanted.prerelease();
  return version.patch() != wanted.patch() || version != wanted;
}

// What is above a range is above all of it: 11.1 is not > 11.
bool Constraint::allows_greater(const Term& term, const Version& version) {
  const Version& wanted = term.version;
  if (term.open == Open::nothing) return version > wanted;
  if (version.major() != wanted.major()) return version.major() > wanted.major();
  if (term.open == Open::minor) return false;
  if (term.open == Open::patch) return version.minor() > wanted.minor();
  return version > wanted;
}

bool Constraint::allows_less_equal(const Term& term, const Version& version) {
  const Version& wanted = term.version;
  if (term.open == Open::nothing) return version <= wanted;
  if (version.major() > wanted.major()) return false;
  return version.major() != wanted.major() || version.minor() <= wanted.minor() || term.open == Open::minor;
}

bool Constraint::allows_tilde(const Term& term, const Version& version) {
  const Version& wanted = term.version;
  if (version < wanted) return false;
  const bool is_zero = wanted.major() == 0 && wanted.minor() == 0 && wanted.patch() == 0;
  if (is_zero && term.open != Open::minor && term.open != Open::patch) return true;  // ~0.0.0 is >= 0.0.0
  if (version.major() != wanted.major()) return false;
  return version.minor() == wanted.minor() || term.open == Open::minor;
}

// The leftmost number that is not 0 must stay.
bool Constraint::allows_caret(const Term& term, const Version& version) {
  const Version& wanted = term.version;
  if (version < wanted) return false;
  if (wanted.major() > 0 || term.open == Open::minor) return version.major() == wanted.major();
  if (version.major() > 0) return false;
  if (wanted.minor() > 0 || term.open == Open::patch) return version.minor() == wanted.minor();
  return version.minor() == 0 && version.patch() == wanted.patch();
}

}  // namespace kyma::helm
