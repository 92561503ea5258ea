// The lines of a watch stream, collected until they are worth a write. Object texts are shared, not copied; what has to
// be made for one watcher (a Table, a bookmark, a text under another version) is kept here until the write is done.
//
// Thread: confined to one.
#pragma once

#include <cstddef>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "operator/apiserver/content_negotiation.hpp"
#include "operator/apiserver/resource.hpp"
#include "operator/apiserver/stored_object.hpp"
#include "operator/apiserver/table_printer.hpp"
#include "operator/base/clock.hpp"
#include "operator/kube/meta/error.hpp"

namespace kyma::apiserver {

class WatchBatch {
 public:
  WatchBatch(ResourcePtr resource, Representation representation, IncludeObject include)
      : resource_(std::move(resource)), representation_(representation), include_(include) {}

  // `type` is a literal: "ADDED".
  void add(std::string_view type, ObjectPtr object, WallTime now);
  void add_bookmark(Revision revision, bool initial_events_end, WallTime now);
  void add_error(const kube::Error& error);

  std::span<const std::string_view> pieces() const noexcept { return pieces_; }
  std::size_t bytes() const noexcept { return bytes_; }
  bool empty() const noexcept { return pieces_.empty(); }
  void clear();

 private:
  void line(std::string_view type, std::string_view object);
  std::string table_of(const json::Value& object, std::string_view revision, WallTime now);

  ResourcePtr resource_;
  Representation representation_;
  IncludeObject include_;
  bool headers_sent_ = false;  // a Table's column definitions come with its first event only
  std::vector<std::string_view> pieces_;
  std::vector<ObjectPtr> objects_;
  std::deque<std::string> texts_;
  std::size_t bytes_ = 0;
};

}  // namespace kyma::apiserver
