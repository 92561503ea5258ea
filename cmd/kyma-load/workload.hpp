// What a run puts on the API server: the components of its Kymas, the Kymas' names and their bodies.
//
// Values only, no I/O; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operator/base/clock.hpp"
#include "operator/kube/meta/error.hpp"

namespace kyma::load {

// The label that marks the Kymas of a run; its value is the run's id.
inline constexpr std::string_view kRunLabel = "kyma-load";

struct Component {
  std::string name;
  std::string name_space;  // where its chart goes; empty: the operator's default

  friend bool operator==(const Component&, const Component&) = default;
};

// The 18 components of the reference Kyma.
const std::vector<Component>& reference_components();

// "a,b,namespace/c". A reference component that is named without a namespace keeps its reference namespace.
// Error: configuration, naming the entry.
kube::Outcome<std::vector<Component>> parse_components(std::string_view text);

class Workload {
 public:
  Workload(std::string run_id, std::string name_prefix, std::size_t kymas, std::vector<Component> components);

  const std::string& run_id() const noexcept { return run_id_; }
  std::size_t kymas() const noexcept { return kymas_; }
  const std::vector<Component>& components() const noexcept { return components_; }
  const Component& longest_name() const noexcept;

  // Of the Kyma with this index, which counts from 0; names count from 1: "load-1".
  std::string name(std::size_t index) const;
  std::string body(std::size_t index) const;
  // The merge patch that changes a Kyma for the `revision`th time: one of its components gets values that name it.
  std::string change_body(std::size_t index, std::size_t revision) const;
  // The position of that component.
  std::size_t changed_component(std::size_t index) const noexcept { return index % components_.size(); }
  // The index behind a name; nothing for a name that is none of this run's.
  std::optional<std::size_t> index_of(std::string_view name) const noexcept;
  // "kyma-load=<run id>".
  std::string label_selector() const;

  // No Kyma can be faster: the lifecycle of a component takes 1 + 3 x (length of its name) seconds.
  Duration limit() const noexcept;

 private:
  std::string run_id_;
  std::string name_prefix_;
  std::size_t kymas_;
  std::vector<Component> components_;
  std::string body_head_;  // a body up to the name
  std::string body_tail_;  // and from there on
};

// The revision that a component's values name, as canonical JSON; 0 when they name none.
std::uint32_t revision_in(std::string_view values);

// Eight random hexadecimal digits.
std::string make_run_id();

}  // namespace kyma::load
