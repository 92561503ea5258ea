// One plot of the HTML report: lines or stacked areas over the time of a run, or a histogram, drawn as inline SVG.
//
// The drawing stretches to the width it is given, while its texts are HTML beside it and keep their size: so a plot is
// readable from a telephone's width to a sheet of paper. Names and texts may come from anybody: they are escaped here.
// Guarantees: the size of a plot is bounded, however many samples or marks there are. Values only; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "cmd/kyma-load/report_axis.hpp"
#include "cmd/kyma-load/report_frame.hpp"
#include "cmd/kyma-load/report_text.hpp"
#include "cmd/kyma-load/report_thinning.hpp"

namespace kyma::load {

inline constexpr std::size_t kMaxPoints = 600;  // of a plot

// The class of the style sheet that colours a series.
enum class Colour { grey, sky, blue, orange, purple, green, vermillion };
std::string_view css_class(Colour colour) noexcept;

struct Series {
  std::string name;
  Colour colour = Colour::blue;
  Values values;
  bool dashed = false;
  bool filled = false;  // down to the axis
};

struct Plot {
  std::string title;
  std::string note;  // what it shows, in a sentence
  Unit unit = Unit::count;
  bool stacked = false;      // the first series at the bottom
  bool logarithmic = false;  // for seconds; values of 0 are absent then
  bool wide = false;
  Axis time;  // the horizontal one
  Values at;  // seconds
  std::vector<Series> series;
  std::vector<PlotMark> marks;
};

struct Bin {
  double from = 0;
  double to = 0;
  std::size_t count = 0;
};

struct Histogram {
  std::string title;
  std::string note;
  std::string counted;  // "Kymas"
  std::vector<Bin> bins;
  std::vector<PlotMark> marks;
};

// True when any of the series has a value.
bool has_values(const Plot& plot) noexcept;

// A <figure>.
std::string to_html(const Plot& plot);
std::string to_html(const Histogram& histogram);

}  // namespace kyma::load
