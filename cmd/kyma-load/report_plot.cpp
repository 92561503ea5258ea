#include "cmd/kyma-load/report_plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <utility>

#include "cmd/kyma-load/report_frame.hpp"

namespace kyma::load {
namespace {

constexpr double kAbsent = std::numeric_limits<double>::quiet_NaN();

// What of a plot is drawn: the same samples of every series, so that one read-out can show them all.
struct Drawn {
  Values at;
  std::vector<Values> values;  // one per series
  // The bottoms of stacked series, else empty.
  std::vector<Values> floors;
  double least = kAbsent;  // above 0, as a logarithmic axis needs it
  double greatest = 0;
};

// Writes the data of a path, stretch by stretch.
class PathWriter {
 public:
  void point(int x, int y) {
    if (points_ == 0) {
      start_ = path_.size();
      fmt::format_to(std::back_inserter(path_), "M{} {}", x, y);
    } else if (y == y_) {
      level_ = true;  // the middle of a level stretch says nothing
    } else {
      end_level();
      fmt::format_to(std::back_inserter(path_), "L{} {}", x, y);
    }
    x_ = x;
    y_ = y;
    ++points_;
  }
  // The next point starts another stretch.
  void lift() {
    end_level();
    if (points_ == 1) {
      // A line of no length, which its round caps show as a dot.
      dots_.append(path_, start_).append("h0");
      path_.resize(start_);
    }
    points_ = 0;
  }
  // Of a single stretch that is no line but a part of a shape.
  std::string take_shape() {
    end_level();
    return std::move(path_);
  }
  const std::string& lines() const noexcept { return path_; }
  // Single values between two gaps.
  const std::string& dots() const noexcept { return dots_; }

 private:
  void end_level() {
    if (level_) fmt::format_to(std::back_inserter(path_), "H{}", x_);
    level_ = false;
  }

  std::string path_;
  std::string dots_;
  std::size_t start_ = 0;  // of the stretch
  std::size_t points_ = 0;
  int x_ = 0;
  int y_ = 0;
  bool level_ = false;
};

int x_of(const Axis& axis, double value) { return static_cast<int>(std::lround(axis.position(value) * kFrameWidth)); }
int y_of(const Axis& axis, double value) {
  return static_cast<int>(std::lround((1 - axis.position(value)) * kFrameHeight));
}

std::string line_paths(const Plot& plot, const Series& series, const Axis& axis, const Values& at,
                       const Values& values) {
  PathWriter path;
  for (std::size_t i = 0; i < at.size(); ++i) {
    if (is_absent(values[i])) {
      path.lift();
    } else {
      path.point(x_of(plot.time, at[i]), y_of(axis, values[i]));
    }
  }
  path.lift();
  const std::string_view colour = css_class(series.colour);
  std::string svg;
  if (!path.lines().empty()) {
    svg = fmt::format(R"(<path class="line {}{}" d="{}"/>)", colour, series.dashed ? " dash" : "", path.lines());
  }
  if (!path.dots().empty()) svg += fmt::format(R"(<path class="line dots {}" d="{}"/>)", colour, path.dots());
  return svg;
}

// Between `floor` (empty: the axis) and `values`, one closed shape per stretch without gaps.
std::string area_path(const Axis& time, const Axis& axis, const Values& at, const Values& floor, const Values& values) {
  std::string path;
  for (std::size_t begin = 0; begin < at.size();) {
    if (is_absent(values[begin])) {
      ++begin;
      continue;
    }
    std::size_t end = begin;
    PathWriter top;
    for (; end < at.size() && !is_absent(values[end]); ++end) top.point(x_of(time, at[end]), y_of(axis, values[end]));
    PathWriter bottom;
    for (std::size_t i = end; i-- > begin;) {
      bottom.point(x_of(time, at[i]), floor.empty() ? kFrameHeight : y_of(axis, floor[i]));
    }
    std::string back = bottom.take_shape();
    back.front() = 'L';
    path += top.take_shape() + back + "Z";
    begin = end;
  }
  return path;
}

void stack(Drawn& drawn) {
  Values sum(drawn.at.size(), 0.0);
  for (Values& values : drawn.values) {
    drawn.floors.push_back(sum);
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (!is_absent(values[i])) sum[i] += values[i];
    }
    values = sum;
  }
}

void find_range(Drawn& drawn) {
  for (const Values& values : drawn.values) {
    for (const double value : values) {
      if (is_absent(value)) continue;
      drawn.greatest = std::max(drawn.greatest, value);
      if (value > 0 && !(drawn.least <= value)) drawn.least = value;
    }
  }
}

Drawn draw(const Plot& plot) {
  std::vector<const Values*> all;
  for (const Series& series : plot.series) all.push_back(&series.values);
  const auto indices = thin(plot.at.size(), all, kMaxPoints);
  Drawn drawn;
  for (const std::size_t i : indices) drawn.at.push_back(plot.at[i]);
  for (const Series& series : plot.series) {
    Values& values = drawn.values.emplace_back();
    for (const std::size_t i : indices) {
      const double value = series.values[i];
      const bool shown = !is_absent(value) && value >= 0 && (!plot.logarithmic || value > 0);
      values.push_back(shown ? value : kAbsent);
    }
  }
  return drawn;
}

std::string join(const Values& values) {
  std::string text;
  for (const double value : values) {
    if (!text.empty()) text += ' ';
    if (!is_absent(value)) {
      fmt::format_to(std::back_inserter(text), "{:.6g}", value);
    } else {
      text += '-';
    }
  }
  return text;
}

// The greatest and the last value, of all samples: what a reader without the read-outs wants first.
std::string legend_entry(const Plot& plot, const Series& series, const Values& drawn) {
  double greatest = kAbsent;
  double last = kAbsent;
  for (const double value : series.values) {
    if (is_absent(value)) continue;
    last = value;
    if (!(greatest >= value)) greatest = value;
  }
  std::string entry = fmt::format(R"(<li data-y="{}"><i class="key {}{}"></i><span>{}</span>)", join(drawn),
                                  css_class(series.colour), series.dashed ? " dash" : "", escape_html(series.name));
  entry += fmt::format(R"( <small>max&nbsp;{}, end&nbsp;{}</small></li>)", format_value(plot.unit, greatest),
                       format_value(plot.unit, last));
  return entry;
}

std::string legend(const Plot& plot, const Drawn& drawn) {
  std::string text = R"(<ul class="legend">)";
  for (std::size_t i = 0; i < plot.series.size(); ++i) text += legend_entry(plot, plot.series[i], drawn.values[i]);
  return text + "</ul>";
}

void draw_series(const Plot& plot, const Drawn& drawn, const Axis& axis, std::string& svg) {
  for (std::size_t i = 0; i < plot.series.size(); ++i) {
    const Series& series = plot.series[i];
    const Values& values = drawn.values[i];
    if (plot.stacked || series.filled) {
      fmt::format_to(std::back_inserter(svg), R"(<path class="{} {}" d="{}"/>)", plot.stacked ? "layer" : "fill",
                     css_class(series.colour),
                     area_path(plot.time, axis, drawn.at, plot.stacked ? drawn.floors[i] : Values{}, values));
    }
    if (!plot.stacked) svg += line_paths(plot, series, axis, drawn.at, values);
  }
}

std::string_view unit_name(Unit unit) noexcept {
  switch (unit) {
    case Unit::count: return "count";
    case Unit::per_second: return "rate";
    case Unit::seconds: return "seconds";
    case Unit::bytes: return "bytes";
    case Unit::cores: return "cores";
  }
  return "";
}

}  // namespace

std::string_view css_class(Colour colour) noexcept {
  switch (colour) {
    case Colour::grey: return "grey";
    case Colour::sky: return "sky";
    case Colour::blue: return "blue";
    case Colour::orange: return "orange";
    case Colour::purple: return "purple";
    case Colour::green: return "green";
    case Colour::vermillion: return "verm";
  }
  return "";
}

bool has_values(const Plot& plot) noexcept {
  return std::ranges::any_of(plot.series, [&plot](const Series& series) {
    return std::ranges::any_of(series.values, [&plot](double value) {
      return !is_absent(value) && (plot.logarithmic ? value > 0 : value >= 0);
    });
  });
}

std::string to_html(const Plot& plot) {
  Drawn drawn = draw(plot);
  const std::string key = legend(plot, drawn);
  if (plot.stacked) stack(drawn);
  find_range(drawn);
  // Less than a nanosecond is no time that anybody measured.
  const double least = std::max(drawn.least, 1e-9);
  Frame frame{.title = plot.title, .note = plot.note, .wide = plot.wide, .horizontal = plot.time, .marks = plot.marks};
  const bool logarithmic = plot.logarithmic && !is_absent(drawn.least);
  frame.vertical =
      logarithmic ? log_axis(least, std::max(drawn.greatest, least)) : value_axis(plot.unit, drawn.greatest);
  draw_series(plot, drawn, frame.vertical, frame.drawing);
  frame.legend = key;
  frame.attributes = fmt::format(R"( data-x="{}" data-unit="{}" data-from="{:.6g}" data-to="{:.6g}")", join(drawn.at),
                                 unit_name(plot.unit), plot.time.from, plot.time.to);
  return to_html(frame);
}

std::string to_html(const Histogram& histogram) {
  std::size_t greatest = 0;
  std::size_t total = 0;
  for (const Bin& bin : histogram.bins) {
    greatest = std::max(greatest, bin.count);
    total += bin.count;
  }
  Frame frame{.title = histogram.title, .note = histogram.note, .marks = histogram.marks};
  const double from = histogram.bins.empty() ? 0 : histogram.bins.front().from;
  const double to = histogram.bins.empty() ? 1 : histogram.bins.back().to;
  frame.horizontal = range_axis(from, to);
  frame.vertical = value_axis(Unit::count, static_cast<double>(greatest));
  for (const Bin& bin : histogram.bins) {
    if (bin.count == 0) continue;
    const int left = x_of(frame.horizontal, bin.from);
    const int right = x_of(frame.horizontal, bin.to);
    const int top = y_of(frame.vertical, static_cast<double>(bin.count));
    fmt::format_to(std::back_inserter(frame.drawing),
                   R"(<path class="bar blue" d="M{} {}V{}H{}V{}Z"><title>{} to {}: {}</title></path>)", left,
                   kFrameHeight, top, std::max(right - 4, left + 1), kFrameHeight,
                   format_value(Unit::seconds, bin.from), format_value(Unit::seconds, bin.to),
                   format_number(static_cast<double>(bin.count)));
  }
  frame.legend = fmt::format(R"(<p class="legend">{}: {}</p>)", escape_html(histogram.counted),
                             format_number(static_cast<double>(total)));
  return to_html(frame);
}

}  // namespace kyma::load
