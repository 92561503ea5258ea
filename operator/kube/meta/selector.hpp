// Label and field selectors, parsed from the text that kubectl sends.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "operator/kube/meta/error.hpp"

namespace kyma::kube {

// "a=b,c!=d,e in (f,g),h notin (i),j,!k,l>1,m<2". Looks labels up through a function, so that it works on any
// representation.
class LabelSelector {
 public:
  // The value of the label, or null when absent.
  using Lookup = std::function<const std::string_view*(std::string_view key)>;

  // Error: bad_request in Kubernetes' words.
  static Outcome<LabelSelector> parse(std::string_view text);
  bool matches(const Lookup& labels) const;
  bool empty() const noexcept { return requirements_.empty(); }
  std::size_t size() const noexcept { return requirements_.size(); }

 private:
  enum class Operator { in, not_in, exists, not_exists, greater, less };
  struct Requirement {
    std::string key;
    Operator op = Operator::exists;
    std::vector<std::string> values;  // sorted; one for greater and less

    bool matches(const std::string_view* value) const;
  };
  class Parser;
  std::vector<Requirement> requirements_;
};

// "metadata.name=x,metadata.namespace!=y".
class FieldSelector {
 public:
  struct Term {
    std::string field;
    std::string value;
    bool equal = true;
  };
  static Outcome<FieldSelector> parse(std::string_view text);
  // `value_of` gives a field's value.
  bool matches(const std::function<std::string_view(std::string_view field)>& value_of) const;
  const std::vector<Term>& terms() const noexcept { return terms_; }
  bool empty() const noexcept { return terms_.empty(); }

 private:
  std::vector<Term> terms_;
};

}  // namespace kyma::kube
