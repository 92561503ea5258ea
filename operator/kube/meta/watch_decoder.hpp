// Splits a watch stream into events. Sans-I/O: feed() pieces, get complete events.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "operator/kube/meta/error.hpp"

namespace kyma::kube {

enum class EventType { added, modified, deleted, bookmark, error };

std::string_view to_string(EventType type) noexcept;  // "ADDED"

struct WatchEvent {
  EventType type = EventType::added;
  std::string_view object;  // its JSON text, valid during the call
};

class WatchDecoder {
 public:
  using OnEvent = std::function<void(const WatchEvent& event)>;

  explicit WatchDecoder(OnEvent on_event, std::size_t max_event_bytes = 16 * 1024 * 1024);

  // Events are newline-separated JSON objects. Error: decode (not an event, or one over the limit).
  Outcome<void> feed(std::string_view piece);
  // True when the stream may end here: no event is incomplete.
  bool at_boundary() const noexcept { return partial_.empty(); }

 private:
  Outcome<void> decode_line(std::string_view line);

  OnEvent on_event_;
  std::size_t max_event_bytes_;
  std::string partial_;
};

}  // namespace kyma::kube
