#include "operator/helm/formats/yaml_events.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <new>

#include "operator/helm/formats/json.hpp"

namespace kyma::helm {
namespace {

constexpr int kMaxDepth = 10'000;
constexpr int kMaxFlowDepth = 256;

// Line 0 goes without saying.
std::string message_at(std::size_t line, std::string_view problem) {
  return line == 0 ? fmt::format("yaml: {}", problem) : fmt::format("yaml: line {}: {}", line, problem);
}

}  // namespace

YamlEvents::YamlEvents(std::string_view text) {
  if (yaml_parser_initialize(&parser_) == 0) throw std::bad_alloc();
  yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.empty() ? "" : text.data()),
                               text.size());
}

YamlEvents::~YamlEvents() {
  yaml_event_delete(&event_);
  yaml_parser_delete(&parser_);
}

const yaml_event_t& YamlEvents::next() {
  yaml_event_delete(&event_);
  if (yaml_parser_parse(&parser_, &event_) == 0) fail();
  switch (event_.type) {
    case YAML_SEQUENCE_START_EVENT:
    case YAML_MAPPING_START_EVENT: check_depth(); break;
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
      --(is_flow_.back() ? flow_depth_ : block_depth_);
      is_flow_.pop_back();
      break;
    case YAML_DOCUMENT_START_EVENT: check_version(); break;
    default: break;
  }
  return event_;
}

void YamlEvents::check_depth() {
  const bool flow = event_.type == YAML_SEQUENCE_START_EVENT
                        ? event_.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE
                        : event_.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE;
  is_flow_.push_back(flow);
  const int limit = flow ? kMaxFlowDepth : kMaxDepth;
  if (++(flow ? flow_depth_ : block_depth_) <= limit) return;
  const std::size_t line = event_.start_mark.line;
  throw FormatError(message_at(line == 0 ? 0 : line + 1, fmt::format("exceeded max depth of {}", limit)));
}

// go-yaml takes %YAML 1.1 alone.
void YamlEvents::check_version() const {
  const yaml_version_directive_t* version = event_.data.document_start.version_directive;
  if (version == nullptr || (version->major == 1 && version->minor == 1)) return;
  throw FormatError(message_at(event_.start_mark.line, "found incompatible YAML document"));
}

// Lines count from 0 in the scanner's marks and from 1 in its messages; the parser's messages come out one too small.
void YamlEvents::fail() {
  if (parser_.error == YAML_MEMORY_ERROR) throw std::bad_alloc();
  std::size_t line = 0;
  if (parser_.problem_mark.line != 0) {
    line = parser_.problem_mark.line + (parser_.error == YAML_SCANNER_ERROR ? 1 : 0);
  } else if (parser_.context_mark.line != 0) {
    line = parser_.context_mark.line;
  }
  const std::string_view problem =
      parser_.problem == nullptr ? "unknown problem parsing YAML content" : parser_.problem;
  const std::string message = message_at(line, problem);
  // The backslash is the next character of the scanner's buffer.
  const bool quote = parser_.error == YAML_SCANNER_ERROR && parser_.unread >= 2 && parser_.buffer.pointer[0] == '\\' &&
                     parser_.buffer.pointer[1] == '\'';
  if (quote) throw YamlEscapeError(message, parser_.problem_mark.index);
  throw FormatError(message);
}

std::string without_character(std::string_view text, std::size_t position) {
  if (text.starts_with("\xEF\xBB\xBF")) position += 1;  // which is not counted
  std::size_t at = 0;
  for (std::size_t index = 0; at < text.size(); ++at) {
    if ((static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) continue;
    if (index++ == position) break;
  }
  std::string result(text.substr(0, at));
  return result += text.substr(std::min(at + 1, text.size()));
}

std::string_view anchor_of(const yaml_event_t& event) {
  switch (event.type) {
    case YAML_ALIAS_EVENT: return text_of(event.data.alias.anchor);
    case YAML_SCALAR_EVENT: return text_of(event.data.scalar.anchor);
    case YAML_SEQUENCE_START_EVENT: return text_of(event.data.sequence_start.anchor);
    case YAML_MAPPING_START_EVENT: return text_of(event.data.mapping_start.anchor);
    default: return {};
  }
}

std::string_view tag_of(const yaml_event_t& event) {
  switch (event.type) {
    case YAML_SCALAR_EVENT: return text_of(event.data.scalar.tag);
    case YAML_SEQUENCE_START_EVENT: return text_of(event.data.sequence_start.tag);
    case YAML_MAPPING_START_EVENT: return text_of(event.data.mapping_start.tag);
    default: return {};
  }
}

}  // namespace kyma::helm
