#include "operator/kube/meta/json.hpp"

#include <fmt/format.h>
#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/prettywriter.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

namespace kyma::json {
namespace {

// Passes events on and stops the parser when they nest too deep.
template <class Handler>
class DepthLimit {
 public:
  explicit DepthLimit(Handler& next) : next_(next) {}

  bool exceeded() const noexcept { return depth_ > kMaxDepth; }

  bool Null() { return next_.Null(); }
  bool Bool(bool truth) { return next_.Bool(truth); }
  bool Int(int number) { return next_.Int(number); }
  bool Uint(unsigned number) { return next_.Uint(number); }
  bool Int64(std::int64_t number) { return next_.Int64(number); }
  bool Uint64(std::uint64_t number) { return next_.Uint64(number); }
  bool Double(double number) { return next_.Double(number); }
  bool RawNumber(const char* text, rapidjson::SizeType size, bool copy) { return next_.RawNumber(text, size, copy); }
  bool String(const char* text, rapidjson::SizeType size, bool copy) { return next_.String(text, size, copy); }
  bool Key(const char* text, rapidjson::SizeType size, bool copy) { return next_.Key(text, size, copy); }
  bool StartObject() { return deeper() && next_.StartObject(); }
  bool EndObject(rapidjson::SizeType members) {
    --depth_;
    return next_.EndObject(members);
  }
  bool StartArray() { return deeper() && next_.StartArray(); }
  bool EndArray(rapidjson::SizeType elements) {
    --depth_;
    return next_.EndArray(elements);
  }

 private:
  bool deeper() { return ++depth_ <= kMaxDepth; }

  Handler& next_;
  int depth_ = 0;
};

// What Document::Populate calls to be filled.
class TextSource {
 public:
  explicit TextSource(std::string_view text) : text_(text) {}

  template <class Handler>
  bool operator()(Handler& handler) {
    constexpr unsigned kFlags =
        rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag | rapidjson::kParseFullPrecisionFlag;
    rapidjson::MemoryStream in(text_.data(), text_.size());
    rapidjson::Reader parser;
    DepthLimit<Handler> limited(handler);
    const rapidjson::ParseResult result = parser.Parse<kFlags>(in, limited);
    if (limited.exceeded()) {
      fail(in.Tell(), fmt::format("nested deeper than {} levels", kMaxDepth));
    } else if (result.IsError()) {
      fail(result.Offset(), rapidjson::GetParseError_En(result.Code()));
    } else if (in.Tell() != text_.size()) {
      // RapidJSON takes a NUL byte for the end of its input.
      fail(in.Tell(), "a NUL byte after the value");
    }
    return !failed_;
  }

  ParseError error() && { return std::move(error_); }

 private:
  void fail(std::size_t offset, std::string_view why) {
    failed_ = true;
    error_ = {fmt::format("invalid JSON at byte {}: {}", offset, why), offset};
  }

  std::string_view text_;
  bool failed_ = false;
  ParseError error_;
};

std::vector<const Value::Member*> sorted_members(const Value& object) {
  std::vector<const Value::Member*> members;
  members.reserve(object.MemberCount());
  for (const auto& member : object.GetObject()) members.push_back(&member);
  std::stable_sort(members.begin(), members.end(),
                   [](const auto* a, const auto* b) { return view(a->name) < view(b->name); });
  return members;
}

bool equal_objects(const Value& a, const Value& b) {
  if (a.MemberCount() != b.MemberCount()) return false;
  // Mostly the order is the same.
  auto left = a.MemberBegin();
  auto right = b.MemberBegin();
  for (; left != a.MemberEnd() && view(left->name) == view(right->name); ++left, ++right) {
    if (!equal(left->value, right->value)) return false;
  }
  if (left == a.MemberEnd()) return true;
  const auto members_a = sorted_members(a);
  const auto members_b = sorted_members(b);
  return std::equal(members_a.begin(), members_a.end(), members_b.begin(), [](const auto* x, const auto* y) {
    return view(x->name) == view(y->name) && equal(x->value, y->value);
  });
}

void write_canonical(rapidjson::Writer<rapidjson::StringBuffer>& out, const Value& value) {
  if (value.IsObject()) {
    out.StartObject();
    for (const auto* member : sorted_members(value)) {
      out.Key(member->name.GetString(), member->name.GetStringLength());
      write_canonical(out, member->value);
    }
    out.EndObject();
  } else if (value.IsArray()) {
    out.StartArray();
    for (const auto& element : value.GetArray()) write_canonical(out, element);
    out.EndArray();
  } else {
    value.Accept(out);
  }
}

template <class V>
V* find_member(V& object, std::string_view key) noexcept {
  if (!object.IsObject()) return nullptr;
  for (auto& member : object.GetObject()) {
    if (view(member.name) == key) return &member.value;
  }
  return nullptr;
}

template <class V>
V* find_path(V& object, std::initializer_list<std::string_view> path) noexcept {
  V* at = &object;
  for (const auto key : path) {
    at = find_member(*at, key);
    if (!at) return nullptr;
  }
  return at;
}

}  // namespace

void throw_exception_from_error(const ParseError& error, const boost::source_location&) {
  throw std::runtime_error(error.message);
}

Outcome<Document> parse(std::string_view text) {
  TextSource source(text);
  Document document;
  document.Populate(source);
  if (auto error = std::move(source).error(); !error.message.empty()) return error;
  return document;
}

std::string to_string(const Value& value) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> out(buffer);
  value.Accept(out);
  return {buffer.GetString(), buffer.GetSize()};
}

std::string to_pretty_string(const Value& value) {
  rapidjson::StringBuffer buffer;
  rapidjson::PrettyWriter<rapidjson::StringBuffer> out(buffer);
  value.Accept(out);
  return {buffer.GetString(), buffer.GetSize()};
}

const Value* find(const Value& object, std::string_view key) noexcept { return find_member(object, key); }
Value* find(Value& object, std::string_view key) noexcept { return find_member(object, key); }
const Value* find(const Value& object, std::initializer_list<std::string_view> path) noexcept {
  return find_path(object, path);
}
Value* find(Value& object, std::initializer_list<std::string_view> path) noexcept { return find_path(object, path); }

std::string_view string_at(const Value& object, std::initializer_list<std::string_view> path,
                           std::string_view otherwise) noexcept {
  const Value* found = find(object, path);
  return found && found->IsString() ? view(*found) : otherwise;
}

std::int64_t int_at(const Value& object, std::initializer_list<std::string_view> path,
                    std::int64_t otherwise) noexcept {
  const Value* found = find(object, path);
  return found && found->IsInt64() ? found->GetInt64() : otherwise;
}

void set(Value& object, std::string_view key, Value value, Allocator& allocator) {
  if (Value* found = find(object, key)) {
    *found = std::move(value);
  } else {
    object.AddMember(make_string(key, allocator), std::move(value), allocator);
  }
}

void set(Value& object, std::string_view key, std::string_view text, Allocator& allocator) {
  set(object, key, make_string(text, allocator), allocator);
}

bool equal(const Value& a, const Value& b) {
  if (a.GetType() != b.GetType()) return false;
  if (a.IsObject()) return equal_objects(a, b);
  if (a.IsArray()) return std::equal(a.Begin(), a.End(), b.Begin(), b.End(), equal);
  return a == b;
}

std::string canonical(const Value& value) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> out(buffer);
  write_canonical(out, value);
  return {buffer.GetString(), buffer.GetSize()};
}

}  // namespace kyma::json
