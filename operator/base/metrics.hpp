// Metrics for one thread: plain numbers while counting, Prometheus' text format when scraped.
//
// A family has a name, a help text and a fixed set of label names; its children are found once by label values and then
// counted through a reference, which is an addition and nothing more. References stay valid as long as the registry.
// Thread: confined to the thread that owns the registry; scrape there too.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kyma::metrics {

class Counter {
 public:
  void increment(double by = 1) noexcept { value_ += by; }
  double value() const noexcept { return value_; }

 private:
  double value_ = 0;
};

class Gauge {
 public:
  void set(double value) noexcept { value_ = value; }
  void add(double by) noexcept { value_ += by; }
  double value() const noexcept { return value_; }

 private:
  double value_ = 0;
};

class Histogram {
 public:
  // Upper bounds, ascending, without the infinite one.
  explicit Histogram(std::vector<double> bounds) : bounds_(std::move(bounds)), counts_(bounds_.size() + 1) {}

  void observe(double value) noexcept;
  std::uint64_t count() const noexcept;
  double sum() const noexcept { return sum_; }
  // The upper bound of the bucket that holds this quantile (0..1); 0 when empty.
  double quantile(double q) const noexcept;
  const std::vector<double>& bounds() const noexcept { return bounds_; }
  const std::vector<std::uint64_t>& bucket_counts() const noexcept { return counts_; }  // not cumulative

 private:
  std::vector<double> bounds_;
  std::vector<std::uint64_t> counts_;
  std::size_t recent_ = 0;  // where the last value fell
  double sum_ = 0;
};

using LabelNames = std::vector<std::string>;
using LabelValues = std::vector<std::string>;

// All children of one metric name.
template <class Metric>
class Family {
 public:
  // The child with these label values (as many as the family has label names), made at first use.
  Metric& with(const LabelValues& values);
  // Drops a child; references to it become invalid.
  void remove(const LabelValues& values) { children_.erase(values); }

  // The rest is for the registry and for tests.
  Family(std::string name, std::string help, LabelNames labels, std::vector<double> bounds = {})
      : name_(std::move(name)), help_(std::move(help)), labels_(std::move(labels)), bounds_(std::move(bounds)) {}
  const std::string& name() const noexcept { return name_; }
  const std::string& help() const noexcept { return help_; }
  const LabelNames& label_names() const noexcept { return labels_; }
  const std::map<LabelValues, std::unique_ptr<Metric>>& children() const noexcept { return children_; }

 private:
  std::string name_;
  std::string help_;
  LabelNames labels_;
  std::vector<double> bounds_;  // histograms only
  std::map<LabelValues, std::unique_ptr<Metric>> children_;
};

class Registry {
 public:
  Registry();
  ~Registry();
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  // Returns the family of that name, made at first use. The same name with another kind or other labels is a
  // programming error (std::logic_error).
  Family<Counter>& counter(std::string name, std::string help, LabelNames labels = {});
  Family<Gauge>& gauge(std::string name, std::string help, LabelNames labels = {});
  Family<Histogram>& histogram(std::string name, std::string help, LabelNames labels, std::vector<double> bounds);

  // Called before each exposition, to refresh gauges that are computed. The token removes it when destroyed.
  using Hook = std::function<void()>;
  [[nodiscard]] std::shared_ptr<void> on_scrape(Hook hook);

  // Text format 0.0.4 (content type kContentType), families sorted by name.
  std::string expose();
  static constexpr std::string_view kContentType = "text/plain; version=0.0.4; charset=utf-8";

 private:
  struct Entry;
  template <class Metric>
  Family<Metric>& find_or_make(std::string name, std::string help, LabelNames labels, std::vector<double> bounds);

  std::map<std::string, std::unique_ptr<Entry>, std::less<>> families_;
  std::vector<std::weak_ptr<Hook>> hooks_;
};

// `count` bounds, each `factor` times the one before.
std::vector<double> exponential_buckets(double start, double factor, int count);

// Adds process_* (CPU, memory, descriptors, start time), read from /proc at each scrape. Keep the token.
[[nodiscard]] std::shared_ptr<void> add_process_metrics(Registry& registry);

}  // namespace kyma::metrics
