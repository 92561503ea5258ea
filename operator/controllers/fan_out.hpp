// What a Kyma asks for against what there is: a pure comparison, on which the reconciler's writes and the Kyma's status
// both rest.
//
// Each entry of the spec wants one HelmComponent `<kyma>-<component>`. An object of that name which this Kyma does not
// control (by the uid of the controller reference) is foreign: it is never adopted, changed or deleted.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "operator/api/helm_component.hpp"
#include "operator/api/kyma.hpp"
#include "operator/runtime/reconciler.hpp"

namespace kyma::controllers {

using ComponentPtr = std::shared_ptr<const api::HelmComponent>;  // runtime::ObjectPtr

// One entry of the spec.
struct Place {
  enum class State : std::uint8_t {
    invalid,  // no HelmComponent can stand for it, see problem
    missing,  // to be created
    ours,     // `found`, controlled by this Kyma
    leaving,  // `found`, ours but being deleted: its place is taken again once it is gone
    foreign,  // `found`, which somebody else owns
  };

  State state = State::invalid;
  InternedString component;       // its name in the spec
  InternedString object;          // the HelmComponent's name; empty when invalid
  api::HelmComponentSpec wanted;  // what the HelmComponent is to say; empty when invalid
  ComponentPtr found;
  std::string problem;  // why it is invalid

  bool differs() const noexcept { return state == State::ours && !api::same_wish(found->spec, wanted); }
  // Done for the spec that is wanted.
  bool succeeded() const noexcept {
    return state == State::ours && found->current_state() == api::ComponentState::success && !differs();
  }
  bool failed() const noexcept { return state == State::ours && found->current_state() == api::ComponentState::error; }
};

struct FanOut {
  std::vector<Place> places;          // in spec order
  std::vector<ComponentPtr> surplus;  // ours, and no longer in the spec

  // The indexes of the places that are missing, the longest-running first: what takes longest starts first.
  std::vector<std::size_t> missing() const;
  // Nothing is to be written.
  bool settled() const noexcept;
};

using FindComponent = std::function<ComponentPtr(const runtime::Request&)>;

// `owned`: the HelmComponents that this Kyma controls; `find`: any HelmComponent.
FanOut compare(const api::Kyma& kyma, const std::vector<ComponentPtr>& owned, const FindComponent& find);

// When the component of a missing place has to be made, at the latest, so as not to be the Kyma's last to succeed. Not
// after `now` when nothing is under way.
WallTime latest_start(const FanOut& fan_out, const Place& missing, WallTime now);

// The HelmComponent that a missing place asks for.
api::HelmComponent make_component(const api::Kyma& kyma, const Place& place);

}  // namespace kyma::controllers
