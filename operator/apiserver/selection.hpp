// Which objects a list, watch or deletecollection is about: namespace, label selector, field selector.
//
// Thread: none needed. Lifetime: holds copies of everything.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "operator/apiserver/resource.hpp"
#include "operator/apiserver/stored_object.hpp"
#include "operator/kube/meta/selector.hpp"

namespace kyma::apiserver {

class Selection {
 public:
  // An empty namespace: all. Error: bad_request (a selector that does not parse, a field that cannot be selected by).
  static kube::Outcome<Selection> parse(const Resource& resource, std::string_view name_space,
                                        std::string_view label_selector, std::string_view field_selector);

  bool matches(const StoredObject& object) const;
  // What looking at this object costs, in comparisons: whoever looks at many lets others run in between.
  std::size_t work(const StoredObject& object) const noexcept;
  const std::string& name_space() const noexcept { return name_space_; }
  // True when everything in the namespace matches.
  bool everything() const noexcept { return labels_.empty() && fields_.empty(); }

 private:
  std::string name_space_;
  kube::LabelSelector labels_;
  kube::FieldSelector fields_;
  bool needs_text_ = false;  // a field outside metadata is asked for
};

}  // namespace kyma::apiserver
