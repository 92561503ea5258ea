// The rules of a .helmignore file: which files and directories of a chart are not loaded.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kyma::helm {

class IgnoreRules {
 public:
  // Only the rule that every chart has: hidden files among the templates.
  IgnoreRules();
  // The rules of the text, before that one. Throws std::runtime_error with Helm's message for what is no rule.
  explicit IgnoreRules(std::string_view text);

  // `path` relative to the chart's root, with '/'. An ignored directory is ignored whole. To be asked about each path
  // once, in the order of the walk: in Helm, a rule that starts with several slashes loses one at each look.
  bool ignores(std::string_view path, bool is_directory);

 private:
  struct Rule {
    std::string pattern;
    bool negated = false;      // ignores what does not match
    bool directories = false;  // matches directories only
    bool whole_path = false;   // else the last element alone
  };
  void add(std::string_view line);

  std::vector<Rule> rules_;
};

}  // namespace kyma::helm
