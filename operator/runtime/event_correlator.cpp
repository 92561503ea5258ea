#include "operator/runtime/event_correlator.hpp"

#include <algorithm>
#include <utility>

#include "operator/base/interned.hpp"

namespace kyma::runtime {
namespace {

double minutes(Duration span) { return std::chrono::duration<double, std::ratio<60>>(span).count(); }

// Names are told apart by the time in nanoseconds, as everywhere; the clock shows microseconds.
std::uint64_t name_number(WallTime wall, std::uint64_t nth) {
  return static_cast<std::uint64_t>(wall.time_since_epoch().count()) * 1000 + nth % 1000;
}

}  // namespace

std::size_t EventCorrelator::ObjectHash::operator()(const ObjectReference& object) const noexcept {
  return hash_join(object.uid.hash(), object.name.hash());
}

EventCorrelator::Seen EventCorrelator::see(const Event& event, SteadyTime now, WallTime wall) {
  SeriesPtr* const known = series_.find(event);
  if (!known || now - (*known)->seen >= kFinishAfter) {
    if (!take_token(event.regarding, now)) return {.fate = Fate::flood, .series = nullptr};
    return {.fate = Fate::write, .series = begin(event, now, wall)};
  }
  EventSeries& series = **known;
  ++series.count;
  series.seen = now;
  series.last = std::max(series.last, wall);
  const bool second = series.count == 2 && take_token(event.regarding, now);
  return {.fate = second ? Fate::write : Fate::counted, .series = *known};
}

EventCorrelator::SeriesPtr EventCorrelator::begin(const Event& event, SteadyTime now, WallTime wall) {
  if (series_.size() >= kMostSeries) series_.evict([](const SeriesPtr&) { return true; });
  auto series = std::make_shared<EventSeries>();
  series->event = event;
  series->name = event_name(event, name_number(wall, begun_++));
  series->first = wall;
  series->last = wall;
  series->seen = now;
  series_.insert(event, series);
  return series;
}

bool EventCorrelator::take_token(const ObjectReference& object, SteadyTime now) {
  Bucket* bucket = buckets_.find(object);
  if (!bucket) {
    if (buckets_.size() >= kMostObjects) buckets_.evict([](const Bucket&) { return true; });
    bucket = &buckets_.insert(object, Bucket{.at = now});
  }
  bucket->tokens = std::min(kBurst, bucket->tokens + minutes(now - bucket->at) / minutes(kTokenEvery));
  bucket->at = now;
  if (bucket->tokens < 1) return false;
  bucket->tokens -= 1;
  return true;
}

std::vector<EventCorrelator::SeriesPtr> EventCorrelator::due(SteadyTime now, bool all) {
  std::vector<SeriesPtr> result;
  series_.erase_if([&](const SeriesPtr& series) {
    const bool ended = now - series->seen >= kFinishAfter;
    const bool untold = series->written_count != 0 && series->count > series->written_count;
    if (untold && (all || ended || now - series->written >= kRefreshAfter)) result.push_back(series);
    return ended;
  });
  // A bucket that has filled up again is as good as none.
  buckets_.erase_if(
      [&](const Bucket& bucket) { return bucket.tokens + minutes(now - bucket.at) / minutes(kTokenEvery) >= kBurst; });
  return result;
}

}  // namespace kyma::runtime
