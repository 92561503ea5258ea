// Go's filepath.Match. A pattern is a sequence of chunks between stars; a star takes the first place at which the chunk
// after it matches, and never another one, so that the time stays bounded.
#include <optional>

#include "operator/helm/formats/glob.hpp"
#include "operator/helm/gotemplate/unicode.hpp"

namespace kyma::helm {
namespace {

[[noreturn]] void fail() { throw FormatError("syntax error in pattern"); }

struct Chunk {
  bool star = false;
  std::string_view text;
};

// Takes the next chunk off the pattern.
Chunk next_chunk(std::string_view& pattern) {
  Chunk chunk;
  while (pattern.starts_with('*')) {
    pattern.remove_prefix(1);
    chunk.star = true;
  }
  bool in_class = false;
  std::size_t length = 0;
  for (; length < pattern.size(); ++length) {
    const char c = pattern[length];
    if (c == '\\') {
      if (length + 1 < pattern.size()) ++length;
    } else if (c == '[') {
      in_class = true;
    } else if (c == ']') {
      in_class = false;
    } else if (c == '*' && !in_class) {
      break;
    }
  }
  chunk.text = pattern.substr(0, length);
  pattern.remove_prefix(length);
  return chunk;
}

// One character of a class, escaped or not; a class cannot end with it.
char32_t class_rune(std::string_view& chunk) {
  if (chunk.empty() || chunk[0] == '-' || chunk[0] == ']') fail();
  if (chunk[0] == '\\') chunk.remove_prefix(1);
  if (chunk.empty()) fail();
  std::size_t width = 0;
  const char32_t rune = gotemplate::next_rune(chunk, width);
  if (rune == 0xFFFD && width == 1) fail();
  chunk.remove_prefix(width);
  if (chunk.empty()) fail();
  return rune;
}

// After the opening bracket.
bool class_has(std::string_view& chunk, char32_t rune) {
  const bool negated = chunk.starts_with('^');
  if (negated) chunk.remove_prefix(1);
  bool found = false;
  for (bool first = true;; first = false) {
    if (!first && chunk.starts_with(']')) break;
    const char32_t low = class_rune(chunk);
    char32_t high = low;
    if (chunk[0] == '-') {
      chunk.remove_prefix(1);
      high = class_rune(chunk);
    }
    if (low <= rune && rune <= high) found = true;
  }
  chunk.remove_prefix(1);
  return found != negated;
}

// The rest of the text after what the chunk matches at its start. The chunk is read to its end in any case, since its
// syntax counts even where it does not match.
std::optional<std::string_view> match_chunk(std::string_view chunk, std::string_view text) {
  bool failed = false;
  while (!chunk.empty()) {
    if (text.empty()) failed = true;
    const char c = chunk[0];
    chunk.remove_prefix(1);
    if (c == '[') {
      std::size_t width = 0;
      const char32_t rune = failed ? 0 : gotemplate::next_rune(text, width);
      text.remove_prefix(width);
      if (!class_has(chunk, rune)) failed = true;
    } else if (c == '?') {
      if (failed) continue;
      if (text[0] == '/') failed = true;
      std::size_t width = 0;
      gotemplate::next_rune(text, width);
      text.remove_prefix(width);
    } else {
      char literal = c;
      if (c == '\\') {
        if (chunk.empty()) fail();
        literal = chunk[0];
        chunk.remove_prefix(1);
      }
      if (failed) continue;
      if (text[0] != literal) failed = true;
      text.remove_prefix(1);
    }
  }
  if (failed) return std::nullopt;
  return text;
}

// Where the text goes on after the chunk, if the pattern can go on from there.
std::optional<std::string_view> match_step(const Chunk& chunk, std::string_view text, bool is_last) {
  const auto usable = [&](std::optional<std::string_view> rest) { return rest && (rest->empty() || !is_last); };
  if (const auto rest = match_chunk(chunk.text, text); usable(rest)) return rest;
  if (!chunk.star) return std::nullopt;
  for (std::size_t skipped = 0; skipped < text.size() && text[skipped] != '/'; ++skipped) {
    if (const auto rest = match_chunk(chunk.text, text.substr(skipped + 1)); usable(rest)) return rest;
  }
  return std::nullopt;
}

}  // namespace

bool path_match(std::string_view pattern, std::string_view path) {
  while (!pattern.empty()) {
    const Chunk chunk = next_chunk(pattern);
    if (chunk.star && chunk.text.empty()) return path.find('/') == std::string_view::npos;
    const auto rest = match_step(chunk, path, pattern.empty());
    if (!rest) {
      while (!pattern.empty()) match_chunk(next_chunk(pattern).text, {});
      return false;
    }
    path = *rest;
  }
  return path.empty();
}

}  // namespace kyma::helm
