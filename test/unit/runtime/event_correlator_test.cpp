#include "operator/runtime/event_correlator.hpp"

#include <catch2/catch_test_macros.hpp>

#include <set>
#include <string>

namespace {

using namespace std::chrono_literals;
using namespace kyma;
using namespace kyma::runtime;
using Fate = EventCorrelator::Fate;

Event event_of(std::string object, std::string note = "broken") {
  return {.type = EventType::warning,
          .reason = InternedString("ChartFailed"),
          .action = InternedString("Render"),
          .regarding = {.api_version = InternedString("example.org/v1"),
                        .kind = InternedString("Widget"),
                        .name_space = InternedString("default"),
                        .name = InternedString(object),
                        .uid = kube::Uid("uid-of-" + object)},
          .note = InternedString(note)};
}

class Timeline {
 public:
  EventCorrelator correlator;

  EventCorrelator::Seen see(const Event& event) { return correlator.see(event, SteadyTime{} + at_, wall()); }
  std::vector<EventCorrelator::SeriesPtr> due(bool all = false) { return correlator.due(SteadyTime{} + at_, all); }
  void pass(Duration span) { at_ += span; }
  WallTime wall() const { return WallTime{1'700'000'000s} + std::chrono::floor<std::chrono::microseconds>(at_); }
  void write(EventSeries& series) const {
    series.written_count = series.count;
    series.written = SteadyTime{} + at_;
  }

 private:
  Duration at_{0};
};

}  // namespace

TEST_CASE("Identical events become one series: the first two are written, further ones counted", "[runtime][events]") {
  Timeline time;
  const auto first = time.see(event_of("a"));
  REQUIRE(first.fate == Fate::write);
  CHECK(first.series->count == 1);
  time.write(*first.series);
  time.pass(1min);
  const auto second = time.see(event_of("a"));
  CHECK(second.fate == Fate::write);
  CHECK(second.series == first.series);
  time.write(*first.series);
  for (int i = 0; i < 50; ++i) CHECK(time.see(event_of("a")).fate == Fate::counted);
  CHECK(first.series->count == 52);
  CHECK(first.series->last == time.wall());
  CHECK(first.series->first == time.wall() - 1min);
}

TEST_CASE("Events that differ in anything are different series", "[runtime][events]") {
  Timeline time;
  std::set<std::string> names;
  const auto is_new = [&](const Event& event) {
    const auto seen = time.see(event);
    return seen.fate == Fate::write && names.insert(seen.series->name).second;
  };
  CHECK(is_new(event_of("a")));
  CHECK(is_new(event_of("b")));
  CHECK(is_new(event_of("a", "broken otherwise")));
  Event other = event_of("a");
  other.type = EventType::normal;
  CHECK(is_new(other));
  other = event_of("a");
  other.reason = InternedString("Other");
  CHECK(is_new(other));
  other = event_of("a");
  other.action = InternedString("Other");
  CHECK(is_new(other));
  other = event_of("a");
  other.regarding.uid = kube::Uid("another of that name");
  CHECK(is_new(other));
}

TEST_CASE("A series that goes on is told of every 30 minutes, and once when it ends", "[runtime][events]") {
  Timeline time;
  const auto series = time.see(event_of("a")).series;
  time.write(*series);
  time.see(event_of("a"));
  time.write(*series);
  for (int minute = 0; minute < 29; ++minute) {
    time.pass(1min);
    time.see(event_of("a"));
    REQUIRE(time.due().empty());
  }
  time.pass(1min);
  REQUIRE(time.due().size() == 1);
  time.write(*series);
  time.see(event_of("a"));
  time.pass(6min - 1ns);
  REQUIRE(time.due().empty());
  time.pass(1ns);
  const auto ended = time.due();
  REQUIRE(ended.size() == 1);
  CHECK(ended[0]->count == 32);
  CHECK(time.correlator.size() == 0);
  // The next is a first one, in an object of its own.
  const auto next = time.see(event_of("a"));
  CHECK(next.fate == Fate::write);
  CHECK(next.series->name != series->name);
}

TEST_CASE("An event that nobody repeats is forgotten without another write", "[runtime][events]") {
  Timeline time;
  time.write(*time.see(event_of("a")).series);
  time.pass(6min);
  CHECK(time.due().empty());
  CHECK(time.correlator.size() == 0);
}

TEST_CASE("Before the end every count is told that the server does not know", "[runtime][events]") {
  Timeline time;
  const auto series = time.see(event_of("a")).series;
  time.see(event_of("a"));
  time.write(*series);
  CHECK(time.due(true).empty());
  time.see(event_of("a"));
  CHECK(time.due().empty());
  CHECK(time.due(true).size() == 1);
}

TEST_CASE("One object gets 25 writes, then one every five minutes; others are not concerned", "[runtime][events]") {
  Timeline time;
  int notes = 0;
  const auto write = [&](const char* object) {
    return time.see(event_of(object, std::to_string(++notes))).fate == Fate::write;
  };
  for (int i = 0; i < 25; ++i) REQUIRE(write("a"));
  const auto flood = time.see(event_of("a", "one more"));
  CHECK(flood.fate == Fate::flood);
  CHECK(flood.series == nullptr);
  CHECK(write("b"));
  time.pass(5min - 1s);
  time.due();
  CHECK_FALSE(write("a"));
  time.pass(1s + 1us);
  CHECK(write("a"));
  CHECK_FALSE(write("a"));
}

TEST_CASE("What is remembered is bounded, however many objects there are", "[runtime][events]") {
  Timeline time;
  for (std::size_t i = 0; i < 3 * EventCorrelator::kMostSeries; ++i) {
    REQUIRE(time.see(event_of(std::to_string(i))).fate == Fate::write);
  }
  CHECK(time.correlator.size() == EventCorrelator::kMostSeries);
}

TEST_CASE("An event's name is a name and its note fits", "[runtime][events]") {
  CHECK(event_name(event_of("a"), 255) == "a.ff");
  const std::string cut = event_name(event_of(std::string(235, 'a') + ".-." + std::string(15, 'b')), ~std::uint64_t{0});
  CHECK(cut == std::string(235, 'a') + ".ffffffffffffffff");
  CHECK(event_name(event_of(std::string(253, 'a')), ~std::uint64_t{0}).size() == 253);

  const InternedString fits(std::string(1024, 'x'));
  CHECK(clip_note(fits) == fits);
  std::string umlauts;
  while (umlauts.size() < 1026) umlauts += "\xC3\xA4";
  const InternedString clipped = clip_note(InternedString(umlauts));
  CHECK(clipped.view().size() <= 1024);
  CHECK(clipped.view() == umlauts.substr(0, 1020) + "...");
}
