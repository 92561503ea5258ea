// Which events are worth a write: identical ones become one series, and nobody floods the API server.
//
//   first                 a new Event object
//   second                the same object, counted twice from now on
//   further               counted here; the server is told every 30 min, and when the series ends: 6 min without
//   another too many of one       per object a token bucket of 25, one more every 5 min, for the writes alone
//
// Times and limits are client-go's. Identical means: the same type, reason, action, object and note. Bounded: of what
// was seen longest ago nothing is kept, and its next is a first one. Sans-I/O. Thread: its owner's.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "operator/base/lru_map.hpp"
#include "operator/base/time.hpp"
#include "operator/runtime/event_series.hpp"

namespace kyma::runtime {

class EventCorrelator {
 public:
  static constexpr std::chrono::minutes kFinishAfter{6};
  static constexpr std::chrono::minutes kRefreshAfter{30};
  static constexpr double kBurst = 25;
  static constexpr std::chrono::minutes kTokenEvery{5};
  static constexpr std::size_t kMostSeries = 4096;
  static constexpr std::size_t kMostObjects = 4096;

  using SeriesPtr = std::shared_ptr<EventSeries>;

  enum class Fate {
    write,    // tell the server of the series
    counted,  // nothing to write now
    flood,    // dropped: too many events about this object
  };
  struct Seen {
    Fate fate = Fate::counted;
    SeriesPtr series;  // null after a flood
  };

  // An event has happened.
  Seen see(const Event& event, SteadyTime now, WallTime wall);
  // The series that the server is to be told of by now; those that have ended are forgotten. Call it about once a
  // minute, and with `all` before the end: then every series with a count that the server does not know.
  std::vector<SeriesPtr> due(SteadyTime now, bool all = false);

  std::size_t size() const noexcept { return series_.size(); }

 private:
  struct Bucket {
    double tokens = kBurst;
    SteadyTime at{};
  };
  struct ObjectHash {
    std::size_t operator()(const ObjectReference& object) const noexcept;
  };

  bool take_token(const ObjectReference& object, SteadyTime now);
  SeriesPtr begin(const Event& event, SteadyTime now, WallTime wall);

  LruMap<Event, SeriesPtr, EventHash> series_;
  LruMap<ObjectReference, Bucket, ObjectHash> buckets_;
  std::uint64_t begun_ = 0;
};

}  // namespace kyma::runtime
