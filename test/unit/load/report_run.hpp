// Made-up data for reports: the shape of a burst of many Kymas on a busy machine. The same on every call.
#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "cmd/kyma-load/report_data.hpp"

namespace kyma::load::test {

inline Duration from_seconds(double seconds) {
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
}

// A component's state so long after its Kyma was created.
inline api::ComponentState state_after(double age, double length) {
  using api::ComponentState;
  if (age < 1 + 0.3 * length) return ComponentState::pending;
  if (age < 1 + 1.6 * length) return ComponentState::started;
  if (age < 1 + 2.0 * length) return ComponentState::failing;
  if (age < 1 + 2.4 * length) return ComponentState::retrying;
  return age < 1 + 3 * length ? ComponentState::started : ComponentState::success;
}

class MadeUpRun {
 public:
  MadeUpRun(std::size_t kymas, std::size_t samples) : kymas_(kymas), samples_(samples) {
    describe();
    const double limit = 67;
    for (std::size_t i = 0; i < kymas_; ++i) {
      created_.push_back(2.2 * static_cast<double>(i) / static_cast<double>(kymas_));
      late_.push_back(0.12 + 0.5 * std::pow(uniform(), 3.0));
      data_.times_to_success.push_back(from_seconds(limit + late_.back()));
    }
    for (std::size_t i = 0; i < samples_; ++i) add_sample(i);
    summarise();
  }

  const ReportData& data() const noexcept { return data_; }

 private:
  static constexpr double kLength = 71;  // seconds

  double uniform() {
    return static_cast<double>(random_() - random_.min()) / static_cast<double>(random_.max() - random_.min());
  }

  void describe() {
    data_.info.server = "https://127.0.0.1:6443";
    data_.info.server_version = "v1.32.2";
    data_.info.run_id = "5f3a9c01";
    data_.info.started_at = WallTime{std::chrono::seconds{1790000000}};
    data_.info.options.name_space = "default";
    data_.info.options.kymas = kymas_;
    data_.workload = {.kymas = kymas_,
                      .components = reference_components(),
                      .longest_name = "service-catalog-addons",
                      .limit = std::chrono::seconds{67}};
    data_.recording.marks = {{from_seconds(33.5), "restart"}, {from_seconds(36.1), "daemon is back"}};
  }

  void count_objects(double now, Sample& sample) {
    for (std::size_t i = 0; i < kymas_; ++i) {
      if (created_[i] > now) continue;
      ++sample.created;
      const double age = now - created_[i] - late_[i];
      ++sample.kymas[static_cast<std::size_t>(age < 0      ? api::KymaState::none
                                              : age < 67.0 ? api::KymaState::reconciling
                                                           : api::KymaState::success)];
      for (const Component& component : data_.workload.components) {
        if (age < 0) continue;
        const auto state =
            age < 0.25 ? api::ComponentState::none : state_after(age, static_cast<double>(component.name.size()));
        ++sample.components[static_cast<std::size_t>(state)];
      }
    }
  }

  void add_sample(std::size_t index) {
    const double now =
        kLength * static_cast<double>(index) / static_cast<double>(std::max<std::size_t>(samples_ - 1, 1));
    Sample sample{.at = from_seconds(now)};
    if (samples_ <= 1000) {
      count_objects(now, sample);
    } else {
      sample.components[1] = index % 1000;
      sample.created = index;
    }
    const double interval = kLength / static_cast<double>(samples_);
    const bool creating = now > 0 && now < 3.3;
    const double rate = creating ? 1800 : 12 * uniform();
    sample.requests = {.count = static_cast<std::uint64_t>(rate * interval),
                       .throttled = creating ? 12U : 0U,
                       .failed = 0,
                       .p50 = from_seconds(0.002 + 0.001 * uniform()),
                       .p99 = from_seconds(0.008 + (creating ? 0.05 : 0.004) * uniform())};
    if (now > 2) sample.lateness_p99 = from_seconds(0.02 + 0.08 * uniform() + (now > 36 && now < 39 ? 2.4 : 0));
    const bool down = now > 33.5 && now < 36.1;
    const double load = 900 + 700 * std::sin(now / 9) + 250 * uniform() + (now < 6 ? 3500 : 0);
    daemon_requests_ += load * interval;
    daemon_cpu_ += load * interval * 0.00035;
    if (!down) {
      const bool second = now >= 36.1;
      sample.daemon = DaemonSample{
          .process = {.cpu_seconds = second ? daemon_cpu_ - 15 : daemon_cpu_,
                      .resident_bytes =
                          static_cast<std::uint64_t>((90 + (second ? 150 : 3.1 * now) + 8 * uniform()) * 1048576)},
          .queue_depth_kymas = creating ? 1400 * uniform() : 3 * uniform(),
          .queue_depth_components = (creating || (second && now < 39)) ? 9000 * uniform() : 60 * uniform(),
          .queue_p99_seconds = creating ? 0.6 : 0.004 + 0.01 * uniform(),
          .requests_total = second ? daemon_requests_ - 30000 : daemon_requests_,
          .throttled_total = now < 5 ? 40 * now : 200,
          .request_p99_seconds = 0.006 + 0.02 * uniform(),
          .adaptive_qps = 2500 + 1200 * std::min(now / 10, 1.0)};
    }
    server_cpu_ += load * interval * 0.0006;
    sample.server = ServerSample{
        .process = {.cpu_seconds = server_cpu_,
                    .resident_bytes = static_cast<std::uint64_t>((300 + 6 * std::min(now, 50.0)) * 1048576)},
        .requests_total = daemon_requests_ * 1.2,
        .request_p99_seconds = 0.004 + 0.004 * uniform(),
        .objects = std::min(now / 4, 1.0) * 76400 + 300};
    data_.recording.samples.push_back(sample);
  }

  void summarise() {
    Figures& figures = data_.figures;
    figures.requested = figures.created = figures.success = kymas_;
    figures.kymas_by_state[static_cast<std::size_t>(api::KymaState::success)] = kymas_;
    figures.components_watched = true;
    figures.components_expected = kymas_ * 18;
    figures.components_by_state[static_cast<std::size_t>(api::ComponentState::success)] = kymas_ * 18;
    figures.creation_time = from_seconds(2.2);
    figures.creation_rate = static_cast<double>(kymas_) / 2.2;
    figures.first_success = from_seconds(67.2);
    figures.last_success = from_seconds(69.8);
    figures.time_to_success = quantiles(data_.times_to_success);
    figures.component_time_to_success =
        Quantiles{from_seconds(31.1), from_seconds(64.2), from_seconds(67.3), from_seconds(67.7)};
    figures.lateness = Lateness{
        kymas_ * 18 * 4, {from_seconds(0.021), from_seconds(0.064), from_seconds(0.41), from_seconds(2.61)}, {}};
    figures.requests = {4610, 36, 0,
                        Quantiles{from_seconds(0.0023), from_seconds(0.007), from_seconds(0.031), from_seconds(0.082)}};
    figures.daemon = DaemonTotals{31.4, 325ULL << 20U, 9120, 90211, 200, 0.6, 0.024};
    figures.server = ServerTotals{55.1, 612ULL << 20U, 108000, 0.008};
    figures.limit = std::chrono::seconds{67};
    figures.total = from_seconds(kLength);
    figures.max_loop_lag = from_seconds(0.0123);
    data_.verdicts = {
        {.name = "total-seconds", .bound = 75, .measured = 69.8, .passed = true},
        {.name = "lateness-p99-seconds", .bound = 1, .measured = 0.41, .passed = true},
        {.name = "created-per-second", .at_most = false, .bound = 500, .measured = 1818.18, .passed = true},
        {.name = "server-request-p99-seconds", .bound = 1, .measured = 0.008, .passed = true, .stated = false},
    };
  }

  std::size_t kymas_;
  std::size_t samples_;
  std::minstd_rand random_{7};
  std::vector<double> created_;
  std::vector<double> late_;
  double daemon_requests_ = 0;
  double daemon_cpu_ = 0;
  double server_cpu_ = 0;
  ReportData data_;
};

}  // namespace kyma::load::test
