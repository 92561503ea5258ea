#include "operator/kube/meta/list_splitter.hpp"

#include <fmt/format.h>

#include <utility>

#include "operator/kube/meta/json.hpp"
#include "operator/kube/meta/json_scan.hpp"

namespace kyma::kube {
namespace {

constexpr std::size_t kLongestKey = 1024;

bool is_space(char c) noexcept { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

Error not_a_list(std::string_view why) { return {Reason::decode, 0, fmt::format("the answer is no list: {}", why)}; }

}  // namespace

ListSplitter::ListSplitter(OnItem on_item, std::size_t max_item_bytes)
    : on_item_(std::move(on_item)), max_item_bytes_(max_item_bytes) {}

Outcome<void> ListSplitter::feed(std::string_view piece) {
  const char* at = piece.data();
  const char* const end = at + piece.size();
  while (at != end) {
    if (auto stepped = step(at, end); !stepped) {
      where_ = Where::broken;
      return stepped.error();
    }
  }
  offset_ += piece.size();
  return {};
}

Outcome<void> ListSplitter::finish() {
  if (where_ == Where::broken) return not_a_list("it broke off after an error");
  if (where_ != Where::after) return not_a_list(fmt::format("it ends too early, after {} bytes", offset_));
  if (!has_items_) return not_a_list("it has no items");
  return {};
}

Outcome<void> ListSplitter::step(const char*& at, const char* end) {
  if (where_ == Where::key || where_ == Where::in_value || where_ == Where::in_item) return collect(at, end);
  if (is_space(*at)) {
    ++at;
    return {};
  }
  switch (where_) {
    case Where::before:
      if (*at != '{') return not_a_list("it does not begin with '{'");
      where_ = Where::members;
      break;
    case Where::members: {
      if (auto stepped = step_members(*at); !stepped) return stepped;
      break;
    }
    case Where::after_key:
      if (*at != ':') return not_a_list("expected ':' after a member's name");
      where_ = Where::value;
      break;
    case Where::value: return step_value(at);
    case Where::items: return step_items(at);
    case Where::after: return not_a_list("something follows the list");
    default: return not_a_list("it broke off after an error");
  }
  ++at;
  return {};
}

Outcome<void> ListSplitter::step_members(char c) {
  if (c == '}' && !after_comma_) {
    where_ = Where::after;
  } else if (c == ',' && after_value_) {
    after_comma_ = true;
    after_value_ = false;
  } else if (c == '"' && !after_value_) {
    begin_collecting(Where::key);
    text_ = '"';
    in_string_ = true;
  } else {
    return not_a_list("expected a member, ',' or '}'");
  }
  return {};
}

Outcome<void> ListSplitter::step_value(const char*& at) {
  const char c = *at;
  if (c == ',' || c == '}' || c == ']') return not_a_list("a value is missing");
  if (member_ == Member::items && c == '[') {
    has_items_ = true;
    after_comma_ = after_value_ = false;
    where_ = Where::items;
    ++at;
    return {};
  }
  if (member_ == Member::items) {
    if (c != 'n') return not_a_list("items is no array");
    has_items_ = true;
    member_ = Member::other;
  }
  begin_collecting(Where::in_value);
  return {};
}

Outcome<void> ListSplitter::step_items(const char*& at) {
  const char c = *at;
  if (c == ']' && !after_comma_) {
    where_ = Where::members;
    after_value_ = true;
  } else if (c == ',' && after_value_) {
    after_comma_ = true;
    after_value_ = false;
  } else if (c == '{' && !after_value_) {
    begin_collecting(Where::in_item);
    return {};
  } else {
    return not_a_list("expected an item, ',' or ']'");
  }
  ++at;
  return {};
}

void ListSplitter::begin_collecting(Where where) noexcept {
  where_ = where;
  text_.clear();
  size_ = 0;
  depth_ = 0;
  in_string_ = escaped_ = false;
}

// Passes over the value that depth_, in_string_ and escaped_ describe, up to its end or that of the piece.
const char* ListSplitter::scan(const char* at, const char* end, bool& complete) noexcept {
  complete = true;
  while (at != end) {
    if (in_string_) {
      if (!std::exchange(escaped_, false)) {
        at = json::skip_plain(at, end);
        if (at == end) break;
        escaped_ = *at == '\\';
        in_string_ = *at != '"';
      }
      ++at;
      if (!in_string_ && depth_ == 0) return at;
      continue;
    }
    switch (*at) {
      case '"': in_string_ = true; break;
      case '{':
      case '[': ++depth_; break;
      case '}':
      case ']':
        if (depth_ == 0) return at;  // closes what surrounds a number or literal
        if (--depth_ == 0) return at + 1;
        break;
      case ',':
      case ' ':
      case '\n':
      case '\r':
      case '\t':
        if (depth_ == 0) return at;
        break;
      default: break;
    }
    ++at;
  }
  complete = false;
  return end;
}

Outcome<void> ListSplitter::collect(const char*& at, const char* end) {
  bool complete = false;
  const char* const from = std::exchange(at, scan(at, end, complete));
  const std::string_view part(from, static_cast<std::size_t>(at - from));
  size_ += part.size();
  if (size_ > (where_ == Where::key ? kLongestKey : max_item_bytes_)) {
    return not_a_list(fmt::format("{} is larger than the limit of {} bytes",
                                  where_ == Where::in_item ? fmt::format("item {}", items_) : "a member of it",
                                  where_ == Where::key ? kLongestKey : max_item_bytes_));
  }
  const bool keep = where_ != Where::in_value || member_ == Member::metadata;
  if (!complete || !text_.empty()) {
    if (keep) text_.append(part);
    if (!complete) return {};
  }
  if (where_ == Where::key) return end_key();
  return end_value(text_.empty() ? part : std::string_view(text_));
}

Outcome<void> ListSplitter::end_key() {
  json::Reader reader(text_);
  std::string key;
  reader.string(key);
  if (!reader.finish()) return not_a_list(reader.error().message);
  member_ = key == "items" ? Member::items : key == "metadata" ? Member::metadata : Member::other;
  if (member_ == Member::items && has_items_) return not_a_list("items comes twice");
  where_ = Where::after_key;
  return {};
}

Outcome<void> ListSplitter::end_value(std::string_view text) {
  after_comma_ = false;
  after_value_ = true;
  if (where_ == Where::in_item) {
    where_ = Where::items;
    ++items_;
    on_item_(text);
    text_.clear();
    return {};
  }
  where_ = Where::members;
  return member_ == Member::metadata ? decode_metadata(text) : Outcome<void>();
}

Outcome<void> ListSplitter::decode_metadata(std::string_view text) {
  json::Reader reader(text);
  reader.object([&](std::string_view key) {
    if (key == "resourceVersion") return reader.string(resource_version_);
    if (key == "continue") return reader.string(continue_token_);
    reader.skip();
  });
  if (!reader.finish()) return not_a_list(fmt::format("its metadata: {}", reader.error().message));
  return {};
}

}  // namespace kyma::kube
