// Taking many members out of a JSON object at once: erasing one by one moves all that follow, each time, and a body may
// have hundreds of thousands.
//
// Thread: none needed.
#pragma once

#include "operator/kube/meta/json.hpp"

namespace kyma::apiserver {

// Keeps the members for which keep(member) is true, in their order; it is called once for each and may change the
// value.
template <class Keep>
void keep_members(json::Value& object, Keep keep) {
  auto to = object.MemberBegin();
  for (auto from = object.MemberBegin(); from != object.MemberEnd(); ++from) {
    if (!keep(*from)) continue;
    if (to != from) {
      to->name.Swap(from->name);
      to->value.Swap(from->value);
    }
    ++to;
  }
  if (to != object.MemberEnd()) object.EraseMember(to, object.MemberEnd());
}

}  // namespace kyma::apiserver
