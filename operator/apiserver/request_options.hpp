// Query parameters and DeleteOptions as values, checked.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "operator/apiserver/object_service.hpp"
#include "operator/apiserver/stored_object.hpp"
#include "operator/http/url.hpp"
#include "operator/kube/meta/error.hpp"

namespace kyma::apiserver {

enum class RevisionMatch { unspecified, not_older_than, exact };

// Of list, watch and deletecollection.
struct ListOptions {
  std::string label_selector;
  std::string field_selector;
  std::optional<Revision> revision;  // 0: whatever the server has at hand
  RevisionMatch match = RevisionMatch::unspecified;
  std::int64_t limit = 0;  // 0: none
  std::string continue_token;
  std::optional<std::chrono::seconds> timeout;
  bool bookmarks = false;
  std::optional<bool> send_initial_events;
};

// `watch_list`: whether watches may ask for initial events.
kube::Outcome<ListOptions> parse_list_options(const http::Target& target, bool watch, bool watch_list = true);
// dryRun, fieldValidation, fieldManager and force.
kube::Outcome<WriteOptions> parse_write_options(const http::Target& target);
// The body, which may be empty, overridden by the query.
kube::Outcome<DeleteRequest> parse_delete_request(const http::Target& target, std::string_view body);

// True when a "watch" parameter asks for it.
bool asks_for_watch(const http::Target& target) noexcept;

}  // namespace kyma::apiserver
