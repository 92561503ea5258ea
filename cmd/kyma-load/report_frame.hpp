// What the report's plots have in common: title, axes with their grid, marks, and the place that the drawing fills.
//
// Guarantees: labels do not overlap, whatever the width; at most kMaxMarks marks are drawn. Values only; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cmd/kyma-load/report_axis.hpp"

namespace kyma::load {

// The coordinates of a drawing, from its upper left corner; they stretch to the size of the page.
inline constexpr int kFrameWidth = 2000;
inline constexpr int kFrameHeight = 1000;

inline constexpr std::size_t kMaxMarks = 60;

// A line across a plot.
struct PlotMark {
  double at = 0;  // on the horizontal axis
  std::string text;
};

struct Frame {
  std::string title;
  std::string note;  // what it shows, in a sentence
  bool wide = false;
  Axis horizontal;
  Axis vertical;
  std::string drawing = {};     // SVG
  std::string attributes = {};  // of the chart's element, each behind a space: what the read-outs need
  std::vector<PlotMark> marks = {};
  std::string legend = {};  // HTML
};

// A <figure>. Title, note and the marks' texts are escaped here; what is said to be markup is not.
std::string to_html(const Frame& frame);

}  // namespace kyma::load
