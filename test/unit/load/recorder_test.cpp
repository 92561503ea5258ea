#include "cmd/kyma-load/recorder.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace kyma;
using namespace kyma::load;
using namespace std::chrono_literals;

namespace {

Sample sample_at(int second) {
  Sample sample;
  sample.at = std::chrono::seconds{second};
  sample.requests = {.count = 10, .throttled = 1, .failed = 2, .p50 = 1ms, .p99 = std::chrono::milliseconds{second}};
  return sample;
}

}  // namespace

TEST_CASE("A recording keeps samples and marks in their order", "[load][recorder]") {
  Recorder recorder;
  recorder.add(sample_at(0));
  recorder.mark(500ms, "batch 1");
  recorder.add(sample_at(1));
  REQUIRE(recorder.period() == 1s);
  REQUIRE(recorder.recording().samples.size() == 2);
  REQUIRE(recorder.recording().samples[1].at == 1s);
  REQUIRE(recorder.recording().marks.size() == 1);
  REQUIRE(recorder.recording().marks[0].text == "batch 1");
}

TEST_CASE("A long recording is thinned out without losing requests", "[load][recorder]") {
  Recorder recorder(8);
  for (int second = 0; second < 9; ++second) recorder.add(sample_at(second));
  REQUIRE(recorder.period() == 2s);
  const auto& samples = recorder.recording().samples;
  REQUIRE(samples.size() == 6);  // 0, 2, 4, 6, 7 and the new one
  REQUIRE(samples[0].at == 0s);
  REQUIRE(samples[1].at == 2s);
  REQUIRE(samples[1].requests.count == 20);
  REQUIRE(samples[1].requests.p99 == 2ms);
  REQUIRE(samples[4].at == 7s);
  REQUIRE(samples.back().at == 8s);
  std::uint64_t requests = 0;
  for (const auto& sample : samples) requests += sample.requests.count;
  REQUIRE(requests == 90);
}

TEST_CASE("A recording's memory has a bound however long the run is", "[load][recorder]") {
  Recorder recorder(100);
  for (int second = 0; second < 100'000; ++second) {
    if (second % std::chrono::floor<std::chrono::seconds>(recorder.period()).count() == 0) {
      recorder.add(sample_at(second));
    }
    recorder.mark(std::chrono::seconds{second}, "x");
  }
  REQUIRE(recorder.recording().samples.size() <= 100);
  REQUIRE(recorder.recording().marks.size() == 100);
  REQUIRE(recorder.period() > 100s);
}
