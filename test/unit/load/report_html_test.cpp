#include "cmd/kyma-load/report_html.hpp"

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "test/unit/load/report_run.hpp"

using namespace kyma;
using namespace kyma::load;
using kyma::load::test::MadeUpRun;

namespace {

constexpr std::string_view kHostile = "</script></style><img src=x onerror=alert(1)>\"'&<b>";

std::size_t count_of(std::string_view text, std::string_view what) {
  std::size_t count = 0;
  for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + what.size())) ++count;
  return count;
}

bool contains(std::string_view text, std::string_view what) { return text.find(what) != std::string_view::npos; }

// Reads HTML as strictly as it is written here: every element is closed in its turn, every attribute is in quotes,
// every ampersand starts an entity. Returns what is wrong, or nothing.
class Checker {
 public:
  explicit Checker(std::string_view html) : html_(html) {}

  std::string check() {
    while (at_ < html_.size() && wrong_.empty()) step();
    if (wrong_.empty() && !open_.empty()) wrong_ = "not closed: " + std::string(open_.back());
    return wrong_;
  }

 private:
  void step() {
    const char c = html_[at_];
    if (c == '&') return entity();
    if (c != '<') {
      if (c == '>') fail("a bare >");
      ++at_;
      return;
    }
    if (html_.substr(at_).starts_with("<!DOCTYPE html>")) {
      at_ += 15;
    } else {
      tag();
    }
  }

  void entity() {
    const auto end = html_.find(';', at_);
    if (end == std::string_view::npos || end - at_ > 8) fail("a bare &");
    at_ = end + 1;
  }

  void tag() {
    ++at_;
    const bool closing = html_[at_] == '/';
    if (closing) ++at_;
    const std::size_t start = at_;
    while (at_ < html_.size() && std::isalnum(static_cast<unsigned char>(html_[at_])) != 0) ++at_;
    const std::string_view name = html_.substr(start, at_ - start);
    if (name.empty()) return fail("a bare <");
    const bool closed = attributes();
    if (closing) {
      if (open_.empty() || open_.back() != name) return fail("closed out of turn: " + std::string(name));
      open_.pop_back();
    } else if (!closed && name != "meta") {
      open_.push_back(name);
      if (name == "script" || name == "style") at_ = std::min(html_.find("</" + std::string(name), at_), html_.size());
    }
  }

  // Up to behind the tag. True when it closes itself.
  bool attributes() {
    bool closed = false;
    while (at_ < html_.size() && html_[at_] != '>') {
      const char c = html_[at_++];
      closed = c == '/';
      if (c == '<') fail("< within a tag");
      if (c != '=') continue;
      if (html_[at_] != '"') fail("an attribute without quotes");
      const auto end = html_.find('"', at_ + 1);
      if (contains(html_.substr(at_, end - at_), "<")) fail("< within an attribute");
      at_ = end == std::string_view::npos ? html_.size() : end + 1;
    }
    ++at_;
    return closed;
  }

  void fail(std::string what) {
    if (wrong_.empty()) wrong_ = what + ": " + std::string(html_.substr(at_ > 60 ? at_ - 60 : 0, 120));
  }

  std::string_view html_;
  std::size_t at_ = 0;
  std::vector<std::string_view> open_;
  std::string wrong_;
};

std::string checked(const ReportData& data) {
  const std::string html = to_html(data);
  REQUIRE(Checker(html).check().empty());
  // Numbers that could not be computed would break a drawing silently.
  REQUIRE_FALSE(contains(html, "nan"));
  REQUIRE_FALSE(contains(html, "inf\""));
  REQUIRE_FALSE(contains(html, "inf%"));
  return html;
}

// Everywhere where a text comes from outside.
ReportData hostile_data() {
  ReportData data = MadeUpRun(3, 5).data();
  const std::string hostile(kHostile);
  data.info.server = data.info.server_version = data.info.run_id = hostile;
  data.info.options.name_space = data.info.options.name_prefix = hostile;
  data.info.options.daemon_metrics = hostile;
  data.workload.longest_name = hostile;
  data.workload.components.push_back({hostile, hostile});
  data.figures.trouble = hostile;
  data.figures.failures[hostile] = {3, hostile};
  data.recording.marks.push_back({std::chrono::seconds{1}, hostile});
  data.verdicts.push_back({.name = hostile, .note = hostile});
  return data;
}

}  // namespace

TEST_CASE("The checker of these tests finds what is malformed", "[load][report]") {
  REQUIRE(Checker("<p class=\"a\">x &amp; y<br/></p>").check().empty());
  for (const std::string_view bad :
       {"<p>", "<p></b>", "</p>", "<p>a & b</p>", "<p>1 < 2</p>", "<p a=b></p>", "<p>></p>", "<p a=\"<\"></p>"}) {
    REQUIRE_FALSE(Checker(bad).check().empty());
  }
}

TEST_CASE("The HTML report of a run shows its verdicts, figures and plots", "[load][report]") {
  const std::string html = checked(MadeUpRun(400, 72).data());
  REQUIRE(contains(html, "<h1>400 Kymas in success after 69.8 s</h1>"));
  REQUIRE(contains(html, "<span class=\"badge good\">PASS</span>"));
  REQUIRE(count_of(html, "&#10003; PASS") == 4);
  for (const std::string_view title :
       {"Components by state", "Kymas", "Time to success", "Lateness of transitions", "Time in the daemon's queues",
        "Requests", "Latency of requests", "Depth of the daemon's queues", "Memory", "CPU", "Objects stored"}) {
    std::string caption = "<figcaption><b>" + std::string(title);
    if (const auto quote = caption.find('\''); quote != std::string::npos) caption.replace(quote, 1, "&#39;");
    INFO(title);
    REQUIRE(contains(html, caption));
  }
  REQUIRE_FALSE(contains(html, "Left out:"));
  REQUIRE(contains(html, "restart, daemon is back"));
}

TEST_CASE("The HTML report asks for nothing from a network", "[load][report]") {
  ReportData data = MadeUpRun(2, 3).data();
  data.info.server = "the server";
  const std::string html = checked(data);
  REQUIRE_FALSE(contains(html, "://"));
  REQUIRE_FALSE(contains(html, "src="));
  REQUIRE_FALSE(contains(html, "@import"));
  REQUIRE_FALSE(contains(html, "url("));
  REQUIRE(contains(html, "default-src 'none'"));
}

TEST_CASE("The HTML report escapes every text that comes from outside", "[load][report]") {
  const std::string html = checked(hostile_data());
  REQUIRE_FALSE(contains(html, "<img"));
  REQUIRE_FALSE(contains(html, "<b>\""));
  REQUIRE(count_of(html, "</script>") == 1);
  REQUIRE(count_of(html, "&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;&lt;b&gt;") > 8);
}

TEST_CASE("The HTML report keeps the command of a restart to itself", "[load][report]") {
  ReportData data = MadeUpRun(1, 2).data();
  data.info.options.scenario = Scenario::restart;
  data.info.options.restart_command = "restart --token=5ecret";
  REQUIRE_FALSE(contains(checked(data), "5ecret"));
}

TEST_CASE("The HTML report of nothing says what is left out and why", "[load][report]") {
  const std::string html = checked(ReportData{});
  REQUIRE_FALSE(contains(html, "<figure"));
  REQUIRE(contains(html, "Components by state, Kymas \u2013 nothing was sampled."));
  REQUIRE(contains(html, "Memory, CPU \u2013 neither the daemon&#39;s nor the server&#39;s metrics were read."));
  REQUIRE_FALSE(contains(html, "<h2>Objectives"));
  REQUIRE_FALSE(contains(html, "<h2>Failures"));
}

TEST_CASE("The HTML report shows a single sample as dots", "[load][report]") {
  const std::string html = checked(MadeUpRun(1, 1).data());
  REQUIRE(contains(html, "class=\"line dots"));
  REQUIRE_FALSE(contains(html, "class=\"line blue\""));
}

TEST_CASE("The HTML report of a long run is of bounded size and keeps its peaks", "[load][report]") {
  ReportData data = MadeUpRun(2, 100'000).data();
  data.recording.samples[54'321].components[static_cast<std::size_t>(api::ComponentState::error)] = 777'777;
  data.recording.samples[65'432].daemon->process.resident_bytes = 987ULL << 30U;
  for (int i = 0; i < 10'000; ++i)
    data.recording.marks.push_back({std::chrono::milliseconds{i}, std::string(1000, 'm')});
  for (int i = 0; i < 10'000; ++i) data.figures.failures[std::to_string(i)] = {1, std::string(10'000, 'x')};
  data.figures.trouble = std::string(1'000'000, 't');
  data.times_to_success.assign(1'000'000, std::chrono::seconds{68});
  const std::string html = checked(data);
  REQUIRE(html.size() < 1'500'000);
  // In what is drawn, not only in the legend.
  REQUIRE(contains(html, " 777777 "));
  REQUIRE(contains(html, " 1.05978e+12 "));
}

TEST_CASE("The HTML report survives values that nobody can draw", "[load][report]") {
  ReportData data = MadeUpRun(2, 20).data();
  constexpr std::array kBad{std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(), -5.0,
                            1e300, 5e-324};
  for (std::size_t i = 0; i < data.recording.samples.size(); ++i) {
    Sample& sample = data.recording.samples[i];
    const double bad = kBad[i % kBad.size()];
    if (sample.daemon) {
      sample.daemon->process.cpu_seconds = bad;
      sample.daemon->queue_depth_components = bad;
      sample.daemon->queue_p99_seconds = bad;
      sample.daemon->adaptive_qps = bad;
    }
    sample.server->request_p99_seconds = bad;
    sample.at = std::chrono::seconds{i % 3 == 0 ? -1 : 5};
    sample.requests.p99 = Duration::min();
  }
  data.recording.marks.push_back({Duration::max(), "never"});
  data.recording.marks.push_back({Duration::min(), "before"});
  data.figures.creation_rate = kBad[1];
  data.figures.daemon->cpu_seconds = kBad[0];
  data.figures.time_to_success = Quantiles{Duration::min(), Duration::zero(), Duration::max(), Duration::max()};
  data.times_to_success = {Duration::min(), Duration::max(), Duration::zero()};
  for (const double bad : kBad) data.verdicts.push_back({.name = "x-seconds", .bound = bad, .measured = bad});
  checked(data);
}

TEST_CASE("The HTML report of a failed run says what failed", "[load][report]") {
  ReportData data = MadeUpRun(10, 5).data();
  data.figures.ending = Ending::timed_out;
  data.figures.success = 7;
  data.figures.failures["Forbidden"] = {2, "may not create"};
  data.figures.failures["Timeout"] = {3, "no answer"};
  std::string html = checked(data);
  REQUIRE(contains(html, "<h1>7 of 10 Kymas in success: timed out after 71 s</h1>"));
  REQUIRE(contains(html, "<span class=\"badge bad\">FAIL</span>"));
  REQUIRE(html.find("<code>Timeout</code>") < html.find("<code>Forbidden</code>"));  // the more frequent one first
  REQUIRE(contains(html, "may not create"));

  data = MadeUpRun(10, 5).data();
  data.verdicts[0].passed = false;
  data.verdicts[0].measured = 75.0004;
  data.verdicts.push_back({.name = "daemon-peak-bytes", .bound = 1, .note = "state where its metrics are"});
  html = checked(data);
  REQUIRE(contains(html, "<span class=\"badge bad\">FAIL</span>"));
  REQUIRE(count_of(html, "&#10007; FAIL") == 2);
  REQUIRE(contains(html, "state where its metrics are"));
}

TEST_CASE("The HTML report leaves out the plots of what was not watched", "[load][report]") {
  ReportData data = MadeUpRun(10, 5).data();
  data.info.options.watch_components = false;
  data.times_to_success.clear();
  for (Sample& sample : data.recording.samples) {
    sample.components = {};
    sample.daemon.reset();
  }
  data.figures.daemon.reset();
  const std::string html = checked(data);
  REQUIRE(contains(html, "Components by state \u2013 components were not watched."));
  REQUIRE(contains(html, "Histogram of the times to success \u2013 only the quantiles are known."));
  REQUIRE(contains(html, "Depth of the daemon&#39;s queues \u2013 the daemon&#39;s metrics were not read."));
  REQUIRE(contains(html, "<figcaption><b>Memory"));  // the server's
}

TEST_CASE("The HTML report does not show as zero what the server does not tell", "[load][report]") {
  ReportData data = MadeUpRun(10, 5).data();
  data.figures.server->peak_resident_bytes = 0;
  for (Sample& sample : data.recording.samples) {
    sample.daemon.reset();
    sample.server->process = {};
    sample.server->objects = 0;
  }
  const std::string html = checked(data);
  REQUIRE(contains(html, "Server, requests"));
  REQUIRE_FALSE(contains(html, "Server, memory"));
  REQUIRE(contains(html, "Memory, CPU, Objects stored \u2013 the metrics that were read do not say it."));
}
