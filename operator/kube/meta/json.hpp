// The one gateway to RapidJSON: documents, a pull reader for typed decoding, and a writer.
//
// Three ways to read, for three needs: Document for JSON that is changed or inspected freely; Reader to decode just the
// fields that are used, in one pass and without a tree; nothing else.
// No JSON text, however deep or broken, crashes the process: depth is limited to kMaxDepth.
// RapidJSON's own assertions throw std::logic_error in this project.
#pragma once

#include <boost/system/result.hpp>

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#ifndef RAPIDJSON_ASSERT
#define RAPIDJSON_ASSERT(x) ((x) ? void() : throw std::logic_error("JSON value used as what it is not: " #x))
#define RAPIDJSON_NOEXCEPT_ASSERT(x) static_cast<void>(x)
#endif
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

namespace kyma::json {

using Document = rapidjson::Document;
using Value = rapidjson::Value;
using Allocator = Document::AllocatorType;

inline constexpr int kMaxDepth = 200;

struct ParseError {
  std::string message;  // "invalid JSON at byte 17: Missing a colon ..."
  std::size_t offset = 0;
};
[[noreturn]] void throw_exception_from_error(const ParseError& error, const boost::source_location& location);

template <class T>
using Outcome = boost::system::result<T, ParseError>;

// Parses one JSON text (UTF-8 is validated); anything but white space after it is an error. Duplicate keys are kept,
// the first is found.
Outcome<Document> parse(std::string_view text);
std::string to_string(const Value& value);
std::string to_pretty_string(const Value& value);  // indented by 4, as kubectl prints

inline std::string_view view(const Value& string) { return {string.GetString(), string.GetStringLength()}; }
inline Value make_string(std::string_view text, Allocator& allocator) {
  return Value(text.data(), static_cast<rapidjson::SizeType>(text.size()), allocator);
}

// The member, or null when `object` is no object or has none of that name.
const Value* find(const Value& object, std::string_view key) noexcept;
Value* find(Value& object, std::string_view key) noexcept;
// The same along a path of keys: find(document, {"metadata", "name"}).
const Value* find(const Value& object, std::initializer_list<std::string_view> path) noexcept;
Value* find(Value& object, std::initializer_list<std::string_view> path) noexcept;
// The string at a path; `otherwise` when absent or no string.
std::string_view string_at(const Value& object, std::initializer_list<std::string_view> path,
                           std::string_view otherwise = {}) noexcept;
std::int64_t int_at(const Value& object, std::initializer_list<std::string_view> path,
                    std::int64_t otherwise = 0) noexcept;
// Sets (or adds) a member.
void set(Value& object, std::string_view key, Value value, Allocator& allocator);
void set(Value& object, std::string_view key, std::string_view text, Allocator& allocator);
// Deep equality in which the order of object members does not matter.
bool equal(const Value& a, const Value& b);
// Appends a canonical text (members sorted by key) for digests and comparison.
std::string canonical(const Value& value);

// A pull parser: the caller says what it expects, and what it does not ask for is skipped without being stored.
//
//   reader.object([&](std::string_view key) {
//     if (key == "name") return reader.string(name);
//     if (key == "spec") return decode(reader, spec);
//     return reader.skip();
//   });
//
// After the first mistake (bad JSON, or a value of another type than asked for) ok() is false, error() says where, and
// every further call does nothing. null is accepted everywhere and leaves the target as it is.
class Reader {
 public:
  explicit Reader(std::string_view text)  // the text must outlive the reader
      : begin_(text.data()), at_(text.data()), end_(text.data() + text.size()) {}
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  // Reads an object; `on_member` is called per member with the key (valid until the next read) and reads its value; a
  // value left unread is skipped.
  template <class F>
  void object(F&& on_member) {
    if (!begin_object()) return;
    std::string_view key;
    while (next_member(key)) on_member(key);
  }
  // Reads an array; `on_element` is called per element and reads it; an element left unread is skipped.
  template <class F>
  void array(F&& on_element) {
    if (!begin_array()) return;
    while (next_element()) on_element();
  }

  void string(std::string& target);
  // True when there was a string. The view is valid until the next read.
  bool string_view(std::string_view& target);
  void integer(std::int64_t& target);
  void boolean(bool& target);
  // Any value but null, as the JSON text it was (with the white space in it, without that around it); a view into the
  // input.
  void raw(std::string_view& target);
  // Any value, unread; its syntax is checked all the same.
  void skip();

  // Marks the input as wrong at the value read last, for decoders that check more than syntax. The first mistake stays.
  void fail(std::string_view why);
  bool ok() const noexcept { return !failed_; }
  ParseError error() const;
  // Call at the end: false after a mistake, or when anything but white space follows the value.
  bool finish();

 private:
  bool begin_object();
  bool next_member(std::string_view& key);
  bool begin_array();
  bool next_element();

  bool at_value();
  bool read_key(std::string_view& key);
  bool read_string(std::string_view& text);
  bool read_escaped_string(std::string_view& text);
  bool pass_string(bool& escaped);
  bool pass_scalar();
  bool pass_number();
  bool pass_literal(std::string_view literal);
  bool pass_value();
  bool pass_key();
  bool open(char bracket);
  void skip_space() noexcept;
  bool take(char expected) noexcept;
  bool fail_syntax(std::string_view why);
  bool fail_type(std::string_view expected);
  bool fail_at(const char* where, std::string message);

  const char* begin_;
  const char* at_;
  const char* end_;
  const char* value_ = nullptr;  // where the value read last began
  int depth_ = 0;
  bool first_ = false;         // no member or element of the innermost container was read yet
  bool value_pending_ = true;  // the value at at_ was announced but not read
  bool failed_ = false;
  std::string_view last_key_;  // for messages; a view into the input
  std::string scratch_;        // the last string that had escapes
  ParseError error_;
};

// Streams JSON text into a string.
//
//   Writer w;
//   w.object([&] { w.key("name").string("x"); w.key("spec").object([&] { ... }); });
//   std::move(w).str();
class Writer {
 public:
  Writer() : out_(buffer_) {}

  template <class F>
  Writer& object(F&& members) {
    out_.StartObject();
    members();
    out_.EndObject();
    return *this;
  }
  template <class F>
  Writer& array(F&& elements) {
    out_.StartArray();
    elements();
    out_.EndArray();
    return *this;
  }
  Writer& key(std::string_view name) {
    out_.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
    return *this;
  }
  Writer& string(std::string_view text) {
    out_.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
    return *this;
  }
  Writer& integer(std::int64_t number) {
    out_.Int64(number);
    return *this;
  }
  Writer& number(double number) {
    out_.Double(number);
    return *this;
  }
  Writer& boolean(bool truth) {
    out_.Bool(truth);
    return *this;
  }
  Writer& null() {
    out_.Null();
    return *this;
  }
  // Well-formed JSON text, inserted as it is.
  Writer& raw(std::string_view json) {
    out_.RawValue(json.data(), json.size(), rapidjson::kObjectType);
    return *this;
  }
  Writer& value(const Value& value) {
    value.Accept(out_);
    return *this;
  }

  std::string_view view() const { return {buffer_.GetString(), buffer_.GetSize()}; }
  std::string str() const { return std::string(view()); }

 private:
  rapidjson::StringBuffer buffer_;
  rapidjson::Writer<rapidjson::StringBuffer> out_;
};

}  // namespace kyma::json
