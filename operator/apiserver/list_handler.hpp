// LIST: one consistent snapshot, filtered, paged, and written in pieces so that a list of any size never blocks the
// loop.
//
// Thread: confined to one. Lifetime: shorter than storage's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "operator/apiserver/exchange.hpp"
#include "operator/apiserver/request_options.hpp"
#include "operator/apiserver/selection.hpp"
#include "operator/apiserver/snapshot_cache.hpp"
#include "operator/apiserver/storage.hpp"
#include "operator/base/clock.hpp"

namespace kyma::apiserver {

class ListHandler {
 public:
  struct Options {
    std::size_t chunk_bytes;
    Duration continue_lifetime;
  };

  ListHandler(Clock& clock, Storage& storage, Options options)
      : clock_(clock), storage_(storage), options_(options), snapshots_(clock, options.continue_lifetime) {}

  asio::awaitable<void> list(Exchange& exchange);
  // A list of these objects, as deletecollection answers.
  asio::awaitable<void> send_objects(Exchange& exchange, const std::vector<ObjectPtr>& objects);
  // A Table of one row.
  asio::awaitable<void> send_row(Exchange& exchange, const StoredObject& object);

 private:
  // What one answer consists of.
  struct Page {
    Snapshot snapshot;
    std::vector<const StoredObject*> objects;
    std::string continue_token;
    std::optional<std::int64_t> remaining;
  };

  // `after` is set to where the page begins.
  asio::awaitable<kube::Outcome<Snapshot>> snapshot_for(const Resource& resource, const Selection& selection,
                                                        const ListOptions& options, std::string& after);
  asio::awaitable<Page> select(const Resource& resource, const Selection& selection, const ListOptions& options,
                               Snapshot snapshot, std::string after);
  asio::awaitable<void> send_list(Exchange& exchange, const Page& page);
  asio::awaitable<void> send_table(Exchange& exchange, const Page& page);
  asio::awaitable<void> send_rows(Exchange& exchange, const Page& page, const TableOptions& options,
                                  const TableMeta& meta);

  Clock& clock_;
  Storage& storage_;
  Options options_;
  SnapshotCache snapshots_;
};

}  // namespace kyma::apiserver
