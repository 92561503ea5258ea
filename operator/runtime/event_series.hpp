// An Event object of the API as this process keeps it up: written once, then counted.
//
// Two forms: events.k8s.io/v1, and core v1 for servers without that group, which gets the older fields (count, first
// and last timestamp, source) as well, for clients that know no others. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>

#include "operator/base/time.hpp"
#include "operator/runtime/event.hpp"

namespace kyma::runtime {

enum class EventApi : std::uint8_t { events_v1, core_v1 };

const kube::ResourceType& event_type(EventApi api);

// Who reports.
struct EventReporter {
  std::string controller = "kyma-operator";
  std::string instance;  // this replica
};

struct EventSeries {
  Event event;
  std::string name;  // of the object
  WallTime first{};
  WallTime last{};
  std::int64_t count = 1;
  std::int64_t written_count = 0;  // what the server was told of; 0: it knows nothing of it
  SteadyTime seen{};               // the last time
  SteadyTime written{};
  int tries = 0;
  bool queued = false;  // waits to be written

  // Where the object lives: beside what it is about, or in "default".
  std::string name_space() const;
};

// The body that creates the object, series included when it was seen more than once.
std::string event_to_create(const EventSeries& series, const EventReporter& reporter, EventApi api);
// The merge patch that tells of a series' count.
std::string event_to_patch(const EventSeries& series, EventApi api);

// "<object>.<hex>": another one for each `number`, cut so that it is a name.
std::string event_name(const Event& event, std::uint64_t number);
// What the API takes of a note: 1024 bytes, never cut within a UTF-8 sequence.
InternedString clip_note(InternedString note);

}  // namespace kyma::runtime
