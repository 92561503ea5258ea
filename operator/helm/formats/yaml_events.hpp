// A YAML text as libyaml's events, with go-yaml's limits and messages.
//
// Bounded: nesting; that in brackets more than go-yaml does, since libyaml's time grows with its depth for every token.
//
// Throws FormatError ("yaml: line 2: ...") from next(). Lifetime: the text must outlive it.
#pragma once

#include <yaml.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "operator/helm/formats/json.hpp"

namespace kyma::helm {

// A backslash before a single quote within double quotes: go-yaml takes it, libyaml does not.
class YamlEscapeError : public FormatError {
 public:
  explicit YamlEscapeError(const std::string& message, std::size_t at) : FormatError(message), position(at) {}
  std::size_t position;  // of the backslash, in characters
};

// Calls `read` with the text, and again with one such backslash less as long as that is what it fails for.
template <class Read>
auto read_go_yaml(std::string_view text, Read read);
std::string without_character(std::string_view text, std::size_t position);

class YamlEvents {
 public:
  explicit YamlEvents(std::string_view text);
  YamlEvents(const YamlEvents&) = delete;
  YamlEvents& operator=(const YamlEvents&) = delete;
  ~YamlEvents();

  // The next event, owned by this until the next call.
  const yaml_event_t& next();
  const yaml_event_t& current() const noexcept { return event_; }

 private:
  [[noreturn]] void fail();
  void check_depth();
  void check_version() const;

  yaml_parser_t parser_;
  yaml_event_t event_{};
  // Open collections, in brackets and by indentation.
  int flow_depth_ = 0;
  int block_depth_ = 0;
  std::vector<bool> is_flow_;
};

inline std::string_view text_of(const yaml_char_t* text) {
  return text == nullptr ? std::string_view() : std::string_view(reinterpret_cast<const char*>(text));
}
inline std::string_view scalar_text(const yaml_event_t& event) {
  return {reinterpret_cast<const char*>(event.data.scalar.value), event.data.scalar.length};
}
inline bool is_plain_scalar(const yaml_event_t& event) { return event.data.scalar.plain_implicit != 0; }
std::string_view anchor_of(const yaml_event_t& event);
std::string_view tag_of(const yaml_event_t& event);

// Each backslash costs another reading.
inline constexpr int kMostEscapes = 1'000;

template <class Read>
auto read_go_yaml(std::string_view text, Read read) {
  std::string mended;
  for (int escapes = 0;; ++escapes) {
    try {
      return read(text);
    } catch (const YamlEscapeError& error) {
      if (escapes == kMostEscapes) throw;
      mended = without_character(text, error.position);
      text = mended;
    }
  }
}

}  // namespace kyma::helm
