#include "cmd/kyma-load/report_frame.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

namespace kyma::load {
namespace {

// Marks that are closer than this part of the axis share one label.
constexpr double kMarkDistance = 0.06;
constexpr std::size_t kMaxMarkText = 60;
// A label behind this one is written to the left of its line.
constexpr double kLateMark = 0.75;

struct MarkLabel {
  double position = 0;
  std::string text;
};

std::vector<MarkLabel> mark_labels(const Frame& frame) {
  std::vector<MarkLabel> labels;
  const std::size_t shown = std::min(frame.marks.size(), kMaxMarks);
  for (std::size_t i = 0; i < shown; ++i) {
    const double position = frame.horizontal.position(frame.marks[i].at);
    if (labels.empty() || position - labels.back().position >= kMarkDistance || position < labels.back().position) {
      labels.push_back({position, shorten(frame.marks[i].text, kMaxMarkText)});
      continue;
    }
    labels.back().text += ", " + shorten(frame.marks[i].text, kMaxMarkText);
  }
  return labels;
}

// A label has the room up to the next line; what is longer is cut off, and to be read when pointed at.
std::string mark_texts(const Frame& frame) {
  std::string html;
  const auto labels = mark_labels(frame);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const bool last = i + 1 == labels.size();
    const bool left = last && labels[i].position > kLateMark;
    const double before = i == 0 ? 0 : labels[i - 1].position;
    double room = last ? 1 - labels[i].position : labels[i + 1].position - labels[i].position;
    // The last one, written to the left, shares the room before it with its predecessor.
    if (left) room = i == 0 ? labels[i].position : (labels[i].position - before) / 2;
    if (!left && i + 2 == labels.size() && labels[i + 1].position > kLateMark) room /= 2;
    const std::string text = escape_html(labels[i].text);
    fmt::format_to(std::back_inserter(html), R"(<span class="mark{}" style="{}:{:.2f}%;max-width:{:.2f}%" title="{}">)",
                   left ? " left" : "", left ? "right" : "left",
                   100 * (left ? 1 - labels[i].position : labels[i].position), 100 * room, text);
    html += text + "</span>";
  }
  return html;
}

std::string mark_lines(const Frame& frame) {
  std::string path;
  const std::size_t shown = std::min(frame.marks.size(), kMaxMarks);
  for (std::size_t i = 0; i < shown; ++i) {
    const auto x = std::lround(frame.horizontal.position(frame.marks[i].at) * kFrameWidth);
    fmt::format_to(std::back_inserter(path), "M{} 0V{}", x, kFrameHeight);
  }
  return path.empty() ? path : fmt::format(R"(<path class="markhalo" d="{0}"/><path class="markline" d="{0}"/>)", path);
}

std::string grid(const Frame& frame) {
  std::string path;
  for (const Tick& tick : frame.vertical.ticks) {
    const auto y = std::lround((1 - tick.position) * kFrameHeight);
    fmt::format_to(std::back_inserter(path), "M0 {}H{}", y, kFrameWidth);
  }
  std::string ticks;
  for (const Tick& tick : frame.horizontal.ticks) {
    const auto x = std::lround(tick.position * kFrameWidth);
    fmt::format_to(std::back_inserter(ticks), "M{} 0V{}", x, kFrameHeight);
  }
  return fmt::format(R"(<path class="grid" d="{}"/><path class="grid faint" d="{}"/>)", path, ticks);
}

std::string axis_labels(const Axis& axis, std::string_view side) {
  std::string html;
  for (const Tick& tick : axis.ticks) {
    fmt::format_to(std::back_inserter(html), R"(<span style="{}:{:.2f}%">{}</span>)", side, 100 * tick.position,
                   escape_html(tick.label));
  }
  return html;
}

}  // namespace

std::string to_html(const Frame& frame) {
  const std::string title = escape_html(frame.title);
  std::string html = fmt::format(R"(<figure class="plot{}"><figcaption><b>{}</b> <span>{}</span></figcaption>)",
                                 frame.wide ? " wide" : "", title, escape_html(frame.note));
  html += fmt::format(R"(<div class="chart{}"{}><div class="yaxis" aria-hidden="true">{}</div><div class="area">)",
                      frame.marks.empty() ? "" : " marked", frame.attributes, axis_labels(frame.vertical, "bottom"));
  html += fmt::format(
      R"(<svg viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" aria-label="{}">{}{}{}</svg>{}</div>)",
      kFrameWidth, kFrameHeight, title, grid(frame), frame.drawing, mark_lines(frame), mark_texts(frame));
  html += fmt::format(R"(<div class="xaxis" aria-hidden="true">{}</div></div>{}</figure>)",
                      axis_labels(frame.horizontal, "left"), frame.legend);
  return html + "\n";
}

}  // namespace kyma::load
