// A consistent snapshot of a big table, taken a batch at a time with the loop free in between.
//
// Works because the history knows what changed meanwhile: changes made after the snapshot's version are undone at the
// end. Thread: confined to one. Lifetime: the table outlives the call.
#pragma once

#include <string>

#include "operator/apiserver/storage.hpp"
#include "operator/base/asio.hpp"

namespace kyma::apiserver {

// The state of the namespace (empty: all) at the version at which the call began. On return nothing has been awaited
// since the history was last found to hold every change after that version.
asio::awaitable<Snapshot> take_snapshot(const Storage& storage, Table& table, std::string name_space);

// What the table held at an older version, as far as its history reaches back; null objects when it does not.
asio::awaitable<Snapshot> take_snapshot_at(const Storage& storage, Table& table, std::string name_space,
                                           Revision revision);

}  // namespace kyma::apiserver
