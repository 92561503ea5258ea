#include "operator/helm/chart/helmignore.hpp"

#include "operator/helm/chart/failure.hpp"
#include "operator/helm/chart/text.hpp"
#include "operator/helm/formats/glob.hpp"

namespace kyma::helm {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
// What Go's line scanner takes.
constexpr std::size_t kLongestLine = std::size_t{64} << 10;

bool matches(const std::string& pattern, std::string_view path) {
  try {
    return path_match(pattern, path);
  } catch (const FormatError&) {
    return false;  // only what follows '!' or '/' can be malformed here
  }
}

}  // namespace

IgnoreRules::IgnoreRules() { add("templates/.?*"); }

IgnoreRules::IgnoreRules(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    if (line.size() >= kLongestLine) throw ChartFailure("bufio.Scanner: token too long");
    add(line);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  add("templates/.?*");
}

void IgnoreRules::add(std::string_view line) {
  line = trim_space(line);
  if (line.empty() || line.front() == '#') return;
  if (line.find("**") != std::string_view::npos) throw ChartFailure("double-star (**) syntax is not supported");
  path_match(line, "abc");  // throws for a malformed pattern

  Rule rule;
  if (line.starts_with('!')) {
    rule.negated = true;
    line.remove_prefix(1);
  }
  if (line.ends_with('/')) {
    rule.directories = true;
    line.remove_suffix(1);
  }
  rule.whole_path = line.find('/') != std::string_view::npos;
  rule.pattern = line;
  rules_.push_back(std::move(rule));
}

bool IgnoreRules::ignores(std::string_view path, bool is_directory) {
  if (path.empty() || path == "." || path == "./") return false;
  const std::string_view name = path.substr(path.rfind('/') + 1);
  for (Rule& rule : rules_) {
    if (rule.directories && !is_directory) {
      if (rule.negated) return true;
      continue;
    }
    if (rule.pattern.starts_with('/')) rule.pattern.erase(0, 1);
    if (matches(rule.pattern, rule.whole_path ? path : name) != rule.negated) return true;
  }
  return false;
}

}  // namespace kyma::helm
