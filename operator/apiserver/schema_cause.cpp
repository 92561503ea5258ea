#include "operator/apiserver/schema_cause.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <vector>

namespace kyma::apiserver {

namespace {

// Does not cut within a character of UTF-8.
std::string_view shortened(std::string_view text) {
  std::size_t end = std::min(text.size(), kMaxFieldPathBytes);
  while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

}  // namespace

std::string FieldPath::str() const {
  std::vector<const FieldPath*> frames;
  for (const FieldPath* frame = this; frame->parent_ != nullptr; frame = frame->parent_) frames.push_back(frame);
  std::string text;
  for (auto frame = frames.rbegin(); frame != frames.rend() && text.size() <= kMaxFieldPathBytes; ++frame) {
    const auto name = shortened((*frame)->name_);
    switch ((*frame)->form_) {
      case Form::index: fmt::format_to(std::back_inserter(text), "[{}]", (*frame)->index_); break;
      case Form::key: fmt::format_to(std::back_inserter(text), "[{}]", name); break;
      case Form::name:
        if (!text.empty()) text += '.';
        text += name;
        break;
    }
    if (name.size() < (*frame)->name_.size()) return text + "...";
  }
  return text.size() <= kMaxFieldPathBytes ? text : std::string(shortened(text)) + "...";
}

std::string_view type_name(const json::Value& value) {
  switch (value.GetType()) {
    case rapidjson::kNullType: return "null";
    case rapidjson::kObjectType: return "object";
    case rapidjson::kArrayType: return "array";
    case rapidjson::kStringType: return "string";
    case rapidjson::kNumberType: return value.IsInt64() ? "integer" : "number";
    default: return "boolean";
  }
}

std::string go_quote(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\a': out += "\\a"; break;
      case '\b': out += "\\b"; break;
      case '\f': out += "\\f"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      case '\v': out += "\\v"; break;
      default: {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f) {
          fmt::format_to(std::back_inserter(out), "\\x{:02x}", byte);
        } else {
          out += c;
        }
      }
    }
  }
  out += '"';
  return out;
}

std::string go_number(double number) {
  // Go prints the shortest text that reads back the same, plain between 1e-4 and 1e21.
  std::array<char, 64> buffer;
  const double magnitude = std::abs(number);
  const bool plain = magnitude == 0 || (magnitude >= 1e-4 && magnitude < 1e21);
  const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number,
                                    plain ? std::chars_format::fixed : std::chars_format::scientific);
  return {buffer.data(), result.ptr};
}

std::string printed(const json::Value& value) {
  if (value.IsString()) return go_quote(json::view(value));
  if (value.IsNull()) return go_quote("null");
  if (value.IsDouble()) return go_number(value.GetDouble());
  return json::to_string(value);
}

namespace cause {
namespace {

kube::StatusCause make(std::string_view type, std::string field, std::string message, std::string_view detail) {
  if (!detail.empty()) {
    message += ": ";
    message += detail;
  }
  return {std::string(type), std::move(message), std::move(field)};
}

}  // namespace

kube::StatusCause required(std::string field, std::string_view detail) {
  return make("FieldValueRequired", std::move(field), "Required value", detail);
}

kube::StatusCause invalid(std::string field, std::string_view shown, std::string_view detail) {
  return make("FieldValueInvalid", std::move(field), fmt::format("Invalid value: {}", shown), detail);
}

kube::StatusCause type_invalid(std::string field, std::string_view shown, std::string_view detail) {
  return make("FieldValueTypeInvalid", std::move(field), fmt::format("Invalid value: {}", shown), detail);
}

kube::StatusCause not_supported(std::string field, std::string_view shown,
                                std::span<const std::string_view> supported) {
  std::string detail;
  for (const std::string_view value : supported) {
    detail += detail.empty() ? "supported values: " : ", ";
    detail += go_quote(value);
  }
  return make("FieldValueNotSupported", std::move(field), fmt::format("Unsupported value: {}", shown), detail);
}

kube::StatusCause duplicate(std::string field, std::string_view shown) {
  return make("FieldValueDuplicate", std::move(field), fmt::format("Duplicate value: {}", shown), {});
}

kube::StatusCause forbidden(std::string field, std::string_view detail) {
  return make("FieldValueForbidden", std::move(field), "Forbidden", detail);
}

kube::StatusCause too_long(std::string field, std::uint64_t max_length) {
  return make("FieldValueTooLong", std::move(field), "Too long",
              fmt::format("may not be more than {} {}", max_length, max_length == 1 ? "byte" : "bytes"));
}

kube::StatusCause too_many(std::string field, std::uint64_t actual, std::uint64_t max_items) {
  return make("FieldValueTooMany", std::move(field), fmt::format("Too many: {}", actual),
              fmt::format("must have at most {} {}", max_items, max_items == 1 ? "item" : "items"));
}

}  // namespace cause
}  // namespace kyma::apiserver
