// Strings: cut to size, padded, repeated, wrapped. All of them count bytes, as Sprig does.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

#include "operator/helm/functions/bounded_text.hpp"
#include "operator/helm/functions/functions.hpp"

namespace kyma::helm {
namespace {

using gotemplate::Call;
using gotemplate::Value;

std::int64_t length(std::string_view text) { return static_cast<std::int64_t>(text.size()); }

// text[from:to], with from and to known to be in range.
std::string_view part(std::string_view text, std::int64_t from, std::int64_t to) {
  return text.substr(static_cast<std::size_t>(from), static_cast<std::size_t>(to - from));
}

Value trunc(Call& call) {
  const std::int64_t count = call.integer(0);
  const std::string_view text = call.text(1);
  if (count < 0 && length(text) + count > 0) return Value::string(part(text, length(text) + count, length(text)));
  if (count >= 0 && length(text) > count) return Value::string(part(text, 0, count));
  return call[1];
}

[[noreturn]] void out_of_range(const std::string& bounds) {
  Call::fail("runtime error: slice bounds out of range [" + bounds);
}

Value substr(Call& call) {
  const std::int64_t start = call.integer(0);
  const std::int64_t end = call.integer(1);
  const std::string_view text = call.text(2);
  const std::int64_t size = length(text);
  if (start < 0) {
    if (end < 0) out_of_range(fmt::format(":{}]", end));
    if (end > size) out_of_range(fmt::format(":{}] with length {}", end, size));
    return Value::string(part(text, 0, end));
  }
  const std::int64_t stop = end < 0 || end > size ? size : end;
  if (start > stop) out_of_range(fmt::format("{}:{}]", start, stop));
  return Value::string(part(text, start, stop));
}

// Room in the heap for a text of that size, which the caller fills.
char* make_room(Call& call, std::size_t size) { return static_cast<char*>(call.heap.allocate(size, 1)); }

void check_count(std::int64_t count) {
  if (count < 0) Call::fail("strings: negative Repeat count");
}

Value repeat(Call& call) {
  const std::int64_t count = call.integer(0);
  const std::string_view text = call.text(1);
  if (count == 0) return Value::string("");
  if (count == 1) return call[1];
  check_count(count);
  std::int64_t size = 0;
  if (__builtin_mul_overflow(length(text), count, &size)) Call::fail("strings: Repeat output length overflow");
  if (size == 0) return Value::string("");
  char* const out = make_room(call, static_cast<std::size_t>(size));
  for (std::int64_t i = 0; i < count; ++i) std::memcpy(out + i * length(text), text.data(), text.size());
  return Value::string({out, static_cast<std::size_t>(size)});
}

// `lead`, then the pad before each line.
Value indented(Call& call, std::string_view lead) {
  const std::int64_t spaces = call.integer(0);
  const std::string_view text = call.text(1);
  check_count(spaces);
  const std::int64_t lines = 1 + std::count(text.begin(), text.end(), '\n');
  std::int64_t padding = 0;
  if (__builtin_mul_overflow(lines, spaces, &padding)) padding = std::numeric_limits<std::int64_t>::max() / 2;
  const auto pad = static_cast<std::size_t>(spaces);
  const std::size_t size = lead.size() + text.size() + static_cast<std::size_t>(padding);
  if (size == 0) return Value::string("");
  char* const start = make_room(call, size);
  char* out = start;
  const auto put = [&](std::string_view piece) {
    if (!piece.empty()) std::memcpy(out, piece.data(), piece.size());
    out += piece.size();
  };
  put(lead);
  std::size_t from = 0;
  while (true) {
    std::memset(out, ' ', pad);
    out += pad;
    const std::size_t end = text.find('\n', from);
    if (end == std::string_view::npos) break;
    put(text.substr(from, end + 1 - from));
    from = end + 1;
  }
  put(text.substr(from));
  return Value::string({start, size});
}

Value indent(Call& call) { return indented(call, ""); }
Value nindent(Call& call) { return indented(call, "\n"); }

// The text from `offset` on, or a window that still shows its end, cut to `width` with dots where something is left
// out.
Value abbreviated(Call& call, std::string_view text, std::int64_t offset, std::int64_t width) {
  const std::int64_t size = length(text);
  if (size <= width) return Value::string(text);
  offset = std::min(offset, size);
  // Go's integers wrap around, and an offset may be as small as they get.
  const auto after = static_cast<std::int64_t>(static_cast<std::uint64_t>(size) - static_cast<std::uint64_t>(offset));
  if (after < width - 3) offset = size - (width - 3);
  if (offset <= 4) return call.make(fmt::format("{}...", part(text, 0, width - 3)));
  if (width < 7) return Value::string("");
  if (offset + width - 3 < size) {
    const std::string_view rest = part(text, offset, size);
    if (length(rest) <= width - 3) return call.make(fmt::format("...{}", rest));
    return call.make(fmt::format("...{}...", part(rest, 0, width - 6)));
  }
  return call.make(fmt::format("...{}", part(text, size - (width - 3), size)));
}

Value abbrev(Call& call) {
  if (call.integer(0) < 4) return call[1];
  return abbreviated(call, call.text(1), 0, call.integer(0));
}

Value abbrevboth(Call& call) {
  const std::int64_t left = call.integer(0);
  const std::int64_t right = call.integer(1);
  if (right < 4 || (left > 0 && right < 7)) return call[2];
  return abbreviated(call, call.text(2), left, right);
}

// Breaks at spaces; a word that is longer than a line is broken too, or left whole.
Value wrapped(Call& call, std::string_view text, std::int64_t width, std::string_view line_end, bool break_words) {
  if (text.empty()) return Value::string("");
  if (line_end.empty()) line_end = "\n";
  width = std::max<std::int64_t>(width, 1);
  const std::int64_t size = length(text);
  BoundedText out(call.heap);
  std::int64_t offset = 0;
  while (size - offset > width) {
    if (text[static_cast<std::size_t>(offset)] == ' ') {
      ++offset;
      continue;
    }
    const std::size_t space = part(text, offset, offset + width + 1).rfind(' ');
    std::int64_t end = 0;
    std::int64_t skip = 1;
    if (space != std::string_view::npos) {
      end = offset + static_cast<std::int64_t>(space);
    } else if (break_words) {
      end = offset + width;
      skip = 0;
    } else {
      const std::size_t next = text.find(' ', static_cast<std::size_t>(offset + width));
      if (next == std::string_view::npos) break;
      end = static_cast<std::int64_t>(next);
    }
    out.append(part(text, offset, end));
    out.append(line_end);
    offset = end + skip;
  }
  out.append(part(text, offset, size));
  return out.value();
}

Value wrap(Call& call) { return wrapped(call, call.text(1), call.integer(0), "", false); }
Value wrap_with(Call& call) { return wrapped(call, call.text(2), call.integer(0), call.text(1), true); }

constexpr std::array kFunctions{
    Function{"trunc", "is", trunc},
    Function{"substr", "iis", substr},
    Function{"repeat", "is", repeat},
    Function{"indent", "is", indent},
    Function{"nindent", "is", nindent},
    Function{"abbrev", "is", abbrev},
    Function{"abbrevboth", "iis", abbrevboth},
    Function{"wrap", "is", wrap},
    Function{"wrapWith", "iss", wrap_with},
};

}  // namespace

std::span<const Function> layout_functions() { return kFunctions; }

}  // namespace kyma::helm
