// Regular expressions as Go's regexp package has them, over RE2, from which it descends.
//
// Immutable and thread-safe. Positions are bytes. What is not UTF-8 in a text matches as U+FFFD does, byte by byte.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operator/helm/functions/bounded_text.hpp"

namespace re2 {
class RE2;
}

namespace kyma::helm {

class GoRegexp {
 public:
  struct Range {
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  // The compiled pattern; a limited number is kept for the whole process. Throws gotemplate::FunctionError with Go's
  // message.
  static std::shared_ptr<const GoRegexp> compile(std::string_view pattern);

  explicit GoRegexp(std::string_view pattern);
  ~GoRegexp();

  bool matches(std::string_view text) const;
  std::optional<Range> find(std::string_view text) const;
  // Up to `limit` matches that do not overlap; negative: all.
  void find_all(std::string_view text, std::int64_t limit, const std::function<void(Range)>& take) const;
  // Every match replaced by the template, in which $1, ${1} and ${name} stand for groups; by the text as it is if
  // `literal`.
  void replace_all(std::string_view text, std::string_view replacement, bool literal, BoundedText& out) const;
  // What is between matches, in at most `limit` parts; negative: all.
  void split(std::string_view text, std::int64_t limit, const std::function<void(std::string_view)>& take) const;

 private:
  struct Group;
  class Subject;
  bool search(const Subject& subject, std::size_t from, std::vector<Group>& groups) const;
  void expand(std::string_view replacement, std::string_view text, const std::vector<Group>& groups,
              BoundedText& out) const;
  int group_number(std::string_view name, const std::vector<Group>& groups) const;

  std::string pattern_;
  std::vector<std::string> names_;
  std::unique_ptr<re2::RE2> re2_;
  bool large_ = false;
};

}  // namespace kyma::helm
