#include "operator/base/metrics.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <type_traits>
#include <variant>

namespace kyma::metrics {
namespace {

template <class Metric>
constexpr prometheus::MetricType kType = std::is_same_v<Metric, Counter> ? prometheus::MetricType::Counter
                                         : std::is_same_v<Metric, Gauge> ? prometheus::MetricType::Gauge
                                                                         : prometheus::MetricType::Histogram;

void fill(prometheus::ClientMetric& out, const Counter& counter) { out.counter.value = counter.value(); }
void fill(prometheus::ClientMetric& out, const Gauge& gauge) { out.gauge.value = gauge.value(); }

void fill(prometheus::ClientMetric& out, const Histogram& histogram) {
  std::uint64_t cumulative = 0;
  for (std::size_t i = 0; i < histogram.bucket_counts().size(); ++i) {
    cumulative += histogram.bucket_counts()[i];
    const bool last = i == histogram.bounds().size();
    out.histogram.bucket.push_back(
        {cumulative, last ? std::numeric_limits<double>::infinity() : histogram.bounds()[i]});
  }
  out.histogram.sample_count = cumulative;
  out.histogram.sample_sum = histogram.sum();
}

template <class Metric>
prometheus::MetricFamily collect(const Family<Metric>& family) {
  prometheus::MetricFamily out;
  out.name = family.name();
  out.help = family.help();
  out.type = kType<Metric>;
  for (const auto& [values, metric] : family.children()) {
    prometheus::ClientMetric& sample = out.metric.emplace_back();
    for (std::size_t i = 0; i < values.size(); ++i) sample.label.push_back({family.label_names()[i], values[i]});
    fill(sample, *metric);
  }
  return out;
}

}  // namespace

void Histogram::observe(double value) noexcept {
  // Mostly it falls where the last one fell.
  const bool same =
      (recent_ == bounds_.size() || value <= bounds_[recent_]) && (recent_ == 0 || value > bounds_[recent_ - 1]);
  if (!same) {
    recent_ = static_cast<std::size_t>(std::lower_bound(bounds_.begin(), bounds_.end(), value) - bounds_.begin());
  }
  ++counts_[recent_];
  sum_ += value;
}

std::uint64_t Histogram::count() const noexcept {
  return std::accumulate(counts_.begin(), counts_.end(), std::uint64_t{0});
}

double Histogram::quantile(double q) const noexcept {
  const std::uint64_t total = count();
  if (total == 0) return 0;
  const double rank = q * static_cast<double>(total);
  std::uint64_t cumulative = 0;
  for (std::size_t i = 0; i < bounds_.size(); ++i) {
    cumulative += counts_[i];
    if (static_cast<double>(cumulative) >= rank) return bounds_[i];
  }
  return std::numeric_limits<double>::infinity();
}

template <class Metric>
Metric& Family<Metric>::with(const LabelValues& values) {
  if (values.size() != labels_.size()) throw std::logic_error("metric " + name_ + ": wrong number of label values");
  auto& child = children_[values];
  if (!child) {
    if constexpr (std::is_same_v<Metric, Histogram>) {
      child = std::make_unique<Histogram>(bounds_);
    } else {
      child = std::make_unique<Metric>();
    }
  }
  return *child;
}

template class Family<Counter>;
template class Family<Gauge>;
template class Family<Histogram>;

struct Registry::Entry {
  std::variant<Family<Counter>, Family<Gauge>, Family<Histogram>> family;
};

Registry::Registry() = default;
Registry::~Registry() = default;

template <class Metric>
Family<Metric>& Registry::find_or_make(std::string name, std::string help, LabelNames labels,
                                       std::vector<double> bounds) {
  auto& entry = families_[name];
  if (!entry) {
    entry = std::make_unique<Entry>(
        Entry{Family<Metric>(std::move(name), std::move(help), std::move(labels), std::move(bounds))});
    return std::get<Family<Metric>>(entry->family);
  }
  auto* family = std::get_if<Family<Metric>>(&entry->family);
  if (!family || family->label_names() != labels) {
    throw std::logic_error("metric " + name + " is registered already with another type or other labels");
  }
  return *family;
}

Family<Counter>& Registry::counter(std::string name, std::string help, LabelNames labels) {
  return find_or_make<Counter>(std::move(name), std::move(help), std::move(labels), {});
}

Family<Gauge>& Registry::gauge(std::string name, std::string help, LabelNames labels) {
  return find_or_make<Gauge>(std::move(name), std::move(help), std::move(labels), {});
}

Family<Histogram>& Registry::histogram(std::string name, std::string help, LabelNames labels,
                                       std::vector<double> bounds) {
  return find_or_make<Histogram>(std::move(name), std::move(help), std::move(labels), std::move(bounds));
}

std::shared_ptr<void> Registry::on_scrape(Hook hook) {
  auto token = std::make_shared<Hook>(std::move(hook));
  hooks_.push_back(token);
  return token;
}

std::string Registry::expose() {
  std::erase_if(hooks_, [](const std::weak_ptr<Hook>& hook) { return hook.expired(); });
  // A hook may register another one: walk a copy.
  for (const auto& hook : std::vector(hooks_)) {
    if (const auto alive = hook.lock()) (*alive)();
  }
  std::vector<prometheus::MetricFamily> families;
  families.reserve(families_.size());
  for (const auto& [name, entry] : families_) {
    auto family = std::visit([](const auto& typed) { return collect(typed); }, entry->family);
    if (!family.metric.empty()) families.push_back(std::move(family));
  }
  return prometheus::TextSerializer().Serialize(families);
}

std::vector<double> exponential_buckets(double start, double factor, int count) {
  std::vector<double> bounds;
  for (double bound = start; count > 0; --count, bound *= factor) bounds.push_back(bound);
  return bounds;
}

}  // namespace kyma::metrics
