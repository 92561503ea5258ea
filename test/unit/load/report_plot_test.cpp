#include "cmd/kyma-load/report_plot.hpp"

#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

using namespace kyma;
using namespace kyma::load;

namespace {

constexpr double kAbsent = std::numeric_limits<double>::quiet_NaN();

std::vector<std::string> labels(const Axis& axis) {
  std::vector<std::string> labels;
  for (const Tick& tick : axis.ticks) labels.push_back(tick.label);
  return labels;
}

using Labels = std::vector<std::string>;

Plot small_plot(Values at, Values values) {
  Plot plot{.title = "t", .time = time_axis(at.back()), .at = std::move(at)};
  plot.series.push_back({.name = "s", .values = std::move(values)});
  return plot;
}

bool contains(std::string_view text, std::string_view what) { return text.find(what) != std::string_view::npos; }

}  // namespace

TEST_CASE("escape_html leaves nothing that means something to a browser", "[load][report]") {
  REQUIRE(escape_html("a<b>&\"'\u00FC\u20AC\U0001F600") == "a&lt;b&gt;&amp;&quot;&#39;\u00FC\u20AC\U0001F600");
  REQUIRE(escape_html(std::string_view("x\0y\x1b", 4)) == "x\uFFFDy\uFFFD");
  // Cut off, overlong, surrogates, beyond Unicode.
  REQUIRE(escape_html("\xE2\x82") == "\uFFFD\uFFFD");
  REQUIRE(escape_html("\xC0\xBC") == "\uFFFD\uFFFD");
  REQUIRE(escape_html("\xED\xA0\x80") == "\uFFFD\uFFFD\uFFFD");
  REQUIRE(escape_html("\xF4\x90\x80\x80") == "\uFFFD\uFFFD\uFFFD\uFFFD");
  REQUIRE(escape_html("\xC3<") == "\uFFFD&lt;");
}

TEST_CASE("shorten cuts between characters", "[load][report]") {
  REQUIRE(shorten("abc", 3) == "abc");
  REQUIRE(shorten("abcd", 3) == "abc\u2026");
  REQUIRE(shorten("a\u20ACb", 2) == "a\u2026");
  REQUIRE(shorten("\u20AC", 0) == "\u2026");
}

TEST_CASE("Values are written with three digits and their unit", "[load][report]") {
  REQUIRE(format_value(Unit::count, 72000) == "72,000");
  REQUIRE(format_value(Unit::count, 1234567) == "1,234,567");
  REQUIRE(format_value(Unit::count, 2.5) == "2.5");
  REQUIRE(format_value(Unit::per_second, 312.4) == "312/s");
  REQUIRE(format_value(Unit::seconds, 0) == "0 s");
  REQUIRE(format_value(Unit::seconds, 0.00025) == "250 \u00B5s");
  REQUIRE(format_value(Unit::seconds, 0.0123) == "12.3 ms");
  REQUIRE(format_value(Unit::seconds, 0.9999) == "1 s");
  REQUIRE(format_value(Unit::seconds, 70.14) == "70.1 s");
  REQUIRE(format_value(Unit::seconds, 600) == "10 min");
  REQUIRE(format_value(Unit::seconds, 719.7) == "12 min");
  REQUIRE(format_value(Unit::seconds, 725) == "12 min 5 s");
  REQUIRE(format_value(Unit::seconds, 10800) == "3 h");
  REQUIRE(format_value(Unit::bytes, 1023.7) == "1 KiB");
  REQUIRE(format_value(Unit::bytes, 1.5 * 1073741824) == "1.5 GiB");
  REQUIRE(format_value(Unit::cores, 1) == "1 core");
  REQUIRE(format_value(Unit::cores, 0.42) == "0.42 cores");
  REQUIRE(format_value(Unit::cores, kAbsent) == kNoValue);
  REQUIRE(format_value(Unit::bytes, std::numeric_limits<double>::infinity()) == kNoValue);
  REQUIRE(format_number(-1234.56, 1) == "\u22121,234.6");
  REQUIRE(format_number(-0.01, 1) == "0");
}

TEST_CASE("Axes have ticks at round values", "[load][report]") {
  REQUIRE(labels(time_axis(71)) == Labels{"0", "10 s", "20 s", "30 s", "40 s", "50 s", "60 s", "70 s"});
  REQUIRE(labels(time_axis(900)) == Labels{"0", "2 min", "4 min", "6 min", "8 min", "10 min", "12 min", "14 min"});
  REQUIRE(labels(time_axis(36000)) == Labels{"0", "2 h", "4 h", "6 h", "8 h", "10 h"});
  REQUIRE(labels(time_axis(0.4)) ==
          Labels{"0", "0.05 s", "0.1 s", "0.15 s", "0.2 s", "0.25 s", "0.3 s", "0.35 s", "0.4 s"});
  REQUIRE(labels(value_axis(Unit::count, 72000)) == Labels{"0", "20,000", "40,000", "60,000", "80,000"});
  REQUIRE(labels(value_axis(Unit::count, 3)) == Labels{"0", "1", "2", "3"});
  REQUIRE(labels(value_axis(Unit::count, 0)) == Labels{"0", "1"});
  REQUIRE(labels(value_axis(Unit::count, 10)) == Labels{"0", "5", "10"});
  REQUIRE(labels(value_axis(Unit::bytes, 700 * 1048576.0)) == Labels{"0", "256 MiB", "512 MiB", "768 MiB"});
  REQUIRE(labels(value_axis(Unit::seconds, 0.08)) == Labels{"0", "20 ms", "40 ms", "60 ms", "80 ms"});
  REQUIRE(labels(log_axis(0.002, 0.04)) == Labels{"1 ms", "2 ms", "5 ms", "10 ms", "20 ms", "50 ms"});
  REQUIRE(labels(log_axis(0.002, 2.6)) == Labels{"1 ms", "10 ms", "100 ms", "1 s", "10 s"});
  REQUIRE(labels(range_axis(67, 67.62)) == Labels{"67 s", "67.2 s", "67.4 s", "67.6 s", "67.8 s"});
}

TEST_CASE("Axes of any range have few ticks, in order and within the axis", "[load][report]") {
  std::vector<Axis> axes;
  for (double value = 1e-12; value < 1e18; value *= 3.7) {
    for (const Unit unit : {Unit::count, Unit::per_second, Unit::seconds, Unit::bytes, Unit::cores}) {
      axes.push_back(value_axis(unit, value));
      REQUIRE(axes.back().to >= value);
    }
    axes.push_back(time_axis(value));
    for (const double factor : {1.0, 1.01, 1e3, 1e12}) {
      axes.push_back(log_axis(value, value * factor));
      axes.push_back(range_axis(value, value * factor));
    }
  }
  axes.push_back(range_axis(0, 0));
  for (const Axis& axis : axes) {
    INFO(axis.from << " to " << axis.to);
    REQUIRE(axis.ticks.size() >= 2);
    REQUIRE(axis.ticks.size() <= 10);
    REQUIRE(std::ranges::is_sorted(axis.ticks, std::ranges::less_equal{}, &Tick::position));
    REQUIRE(std::ranges::all_of(axis.ticks, [](const Tick& tick) { return tick.position >= 0 && tick.position <= 1; }));
  }
}

TEST_CASE("Thinning keeps the ends and the extremes of every series", "[load][report]") {
  constexpr std::size_t kCount = 100'000;
  Values flat(kCount, 1.0);
  Values spiked(kCount, 5.0);
  spiked[31'415] = 100;
  spiked[77'777] = -3;
  spiked[50'000] = kAbsent;
  flat[92'653] = 0;
  const auto indices = thin(kCount, {&flat, &spiked}, 600);
  REQUIRE(indices.size() <= 600);
  REQUIRE(indices.front() == 0);
  REQUIRE(indices.back() == kCount - 1);
  REQUIRE(std::ranges::is_sorted(indices, std::ranges::less_equal{}));
  for (const std::size_t extreme : {31'415U, 77'777U, 92'653U}) REQUIRE(std::ranges::binary_search(indices, extreme));
}

TEST_CASE("Thinning leaves a short run as it is", "[load][report]") {
  const Values values{1, 2, 3};
  REQUIRE(thin(3, {&values}, 3) == std::vector<std::size_t>{0, 1, 2});
  REQUIRE(thin(0, {}, 600).empty());
}

TEST_CASE("A line is interrupted where values are absent, and level stretches are short", "[load][report]") {
  const std::string html = to_html(small_plot({0, 1, 2, 3, 4, 5, 6, 7, 8}, {1, 1, 1, 1, 2, kAbsent, 2, kAbsent, 0}));
  REQUIRE(contains(html, "class=\"line blue\" d=\"M0 500H750L1000 0\""));
  REQUIRE(contains(html, "class=\"line dots blue\" d=\"M1500 0h0M2000 1000h0\""));
  REQUIRE(contains(html, "data-y=\"1 1 1 1 2 - 2 - 0\""));
  REQUIRE(contains(html, "max&nbsp;2, end&nbsp;0"));
}

TEST_CASE("Stacked series stand on each other", "[load][report]") {
  Plot plot = small_plot({0, 1}, {1, 3});
  plot.stacked = true;
  plot.series.push_back({.name = "upper", .colour = Colour::green, .values = {3, 1}});
  const std::string html = to_html(plot);
  REQUIRE(contains(html, "class=\"layer blue\" d=\"M0 750L2000 250L2000 1000H0Z\""));
  REQUIRE(contains(html, "class=\"layer green\" d=\"M0 0H2000L2000 250L0 750Z\""));
}

TEST_CASE("A logarithmic plot leaves out what is not above zero", "[load][report]") {
  Plot plot = small_plot({0, 1, 2}, {0, 0, 0});
  plot.unit = Unit::seconds;
  plot.logarithmic = true;
  REQUIRE_FALSE(has_values(plot));
  plot.series[0].values = {0, 0.01, 0.1};
  REQUIRE(has_values(plot));
  REQUIRE(contains(to_html(plot), "d=\"M1000 1000L2000 0\""));
}

TEST_CASE("Marks that are close share a label, and their number is bounded", "[load][report]") {
  Plot plot = small_plot({0, 100}, {1, 2});
  plot.marks = {{10, "a"}, {12, "b"}, {50, "c"}, {99, "d"}};
  std::string html = to_html(plot);
  REQUIRE(contains(html, "style=\"left:10.00%;max-width:40.00%\" title=\"a, b\">a, b</span>"));
  REQUIRE(contains(html, "<span class=\"mark left\" style=\"right:1.00%"));
  REQUIRE(contains(html, "M200 0V1000M240 0V1000M1000 0V1000M1980 0V1000"));
  plot.marks.assign(100'000, {30, "again"});
  REQUIRE(to_html(plot).size() < 10'000);
}

TEST_CASE("A histogram draws a bar for each bin that is not empty", "[load][report]") {
  const Histogram histogram{
      .title = "h", .counted = "<things>", .bins = {{0, 1, 4}, {1, 2, 0}, {2, 3, 1}}, .marks = {{1.5, "p50"}}};
  const std::string html = to_html(histogram);
  REQUIRE(contains(html, "<title>0 s to 1 s: 4</title>"));
  REQUIRE(contains(html, "<title>2 s to 3 s: 1</title>"));
  REQUIRE_FALSE(contains(html, "<title>1 s to 2 s"));
  REQUIRE(contains(html, "&lt;things&gt;: 5"));
}
