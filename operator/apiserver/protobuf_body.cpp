#include "operator/apiserver/protobuf_body.hpp"

#include <fmt/format.h>

#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <utility>

#include "operator/apiserver/api_errors.hpp"
#include "operator/apiserver/type_table.hpp"
#include "operator/base/base64.hpp"
#include "operator/kube/meta/json.hpp"
#include "operator/kube/meta/time.hpp"

namespace kyma::apiserver {
namespace {

constexpr std::string_view kMagic("k8s\0", 4);

enum class Wire : unsigned { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 };

// One field as it is on the wire.
struct RawField {
  unsigned number = 0;
  Wire wire = Wire::varint;
  std::uint64_t integer = 0;
  std::string_view bytes;
};

// Walks the fields of one message.
class WireReader {
 public:
  explicit WireReader(std::string_view message) : rest_(message) {}

  // Nothing at the end, or when broken() is true from now on.
  std::optional<RawField> next() {
    if (rest_.empty() || broken_) return std::nullopt;
    RawField field;
    const auto tag = varint();
    field.number = static_cast<unsigned>(tag >> 3);
    field.wire = static_cast<Wire>(tag & 7);
    switch (field.wire) {
      case Wire::varint: field.integer = varint(); break;
      case Wire::bytes: field.bytes = take(varint()); break;
      case Wire::fixed64: field.integer = fixed64(); break;
      case Wire::fixed32: take(4); break;
      default: broken_ = true;
    }
    if (broken_) return std::nullopt;
    return field;
  }

  bool broken() const noexcept { return broken_; }

 private:
  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (rest_.empty()) break;
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    broken_ = true;
    return 0;
  }

  std::uint64_t fixed64() {
    std::uint64_t value = 0;
    const auto bytes = take(sizeof value);
    if (!broken_) std::memcpy(&value, bytes.data(), sizeof value);
    return value;
  }

  std::string_view take(std::uint64_t size) {
    if (size > rest_.size()) {
      broken_ = true;
      return {};
    }
    const auto bytes = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return bytes;
  }

  std::string_view rest_;
  bool broken_ = false;
};

class Converter {
 public:
  // Writes the message's members into `object`; false when the bytes are broken.
  bool convert(std::string_view message, const TypeDef& type, json::Value& object) {
    WireReader reader(message);
    while (const auto raw = reader.next()) {
      for (const auto& field : type.fields) {
        if (field.number == raw->number && !add(*raw, field, object)) return false;
      }
    }
    return !reader.broken();
  }

  json::Document& document() noexcept { return document_; }

 private:
  json::Allocator& allocator() { return document_.GetAllocator(); }

  bool add(const RawField& raw, const FieldDef& field, json::Value& object) {
    if (field.inlined) return raw.wire == Wire::bytes && convert(raw.bytes, *field.object, object);
    if (field.form == FieldForm::map) return add_entry(raw, field, object);
    json::Value value;
    if (!read(raw, field, value)) return false;
    if (value.IsNull()) return true;
    if (field.form == FieldForm::list) {
      child(object, field.name, rapidjson::kArrayType).PushBack(std::move(value), allocator());
    } else {
      json::set(object, field.name, std::move(value), allocator());
    }
    return true;
  }

  static Wire wire_of(FieldType type) {
    switch (type) {
      case FieldType::int32:
      case FieldType::int64:
      case FieldType::boolean: return Wire::varint;
      case FieldType::number: return Wire::fixed64;
      default: return Wire::bytes;
    }
  }

  // A value that Go writes for want of a better one stays null.
  bool read(const RawField& raw, const FieldDef& field, json::Value& value) {
    if (raw.wire != wire_of(field.type)) return false;
    const bool keeps_empty = field.nullable || field.form != FieldForm::single;
    switch (field.type) {
      case FieldType::text:
        if (!raw.bytes.empty() || keeps_empty) value = json::make_string(raw.bytes, allocator());
        return true;
      case FieldType::int32:
      case FieldType::int64:
        if (raw.integer != 0 || keeps_empty) value.SetInt64(static_cast<std::int64_t>(raw.integer));
        return true;
      case FieldType::boolean:
        if (raw.integer != 0 || keeps_empty) value.SetBool(raw.integer != 0);
        return true;
      case FieldType::number: value.SetDouble(std::bit_cast<double>(raw.integer)); return true;
      case FieldType::bytes: value = json::make_string(encode_base64(raw.bytes), allocator()); return true;
      case FieldType::time:
      case FieldType::micro_time: return read_time(raw.bytes, value);
      case FieldType::quantity: return read_quantity(raw.bytes, value);
      case FieldType::int_or_string: return read_int_or_string(raw.bytes, value);
      case FieldType::any: return read_raw(raw.bytes, value);
      case FieldType::object: value.SetObject(); return convert(raw.bytes, *field.object, value);
    }
    return false;
  }

  bool read_time(std::string_view message, json::Value& value) {
    WireReader reader(message);
    std::int64_t seconds = 0;
    std::int64_t nanos = 0;
    while (const auto raw = reader.next()) {
      if (raw->number == 1) seconds = static_cast<std::int64_t>(raw->integer);
      if (raw->number == 2) nanos = static_cast<std::int64_t>(raw->integer);
    }
    if (reader.broken()) return false;
    constexpr std::int64_t kFarFuture = 253'402'300'799;  // the end of the year 9999
    // Go's zero time is long before 1970 and means that there is none.
    if (seconds <= 0 || seconds > kFarFuture || nanos < 0 || nanos > 999'999'999) return true;
    const WallTime time{std::chrono::seconds{seconds} + std::chrono::microseconds{nanos / 1000}};
    value = json::make_string(nanos == 0 ? kube::format_time(time) : kube::format_micro_time(time), allocator());
    return true;
  }

  // {1: text}
  bool read_quantity(std::string_view message, json::Value& value) {
    WireReader reader(message);
    while (const auto raw = reader.next()) {
      if (raw->number == 1 && raw->wire == Wire::bytes) value = json::make_string(raw->bytes, allocator());
    }
    return !reader.broken();
  }

  // {1: 0 for a number and 1 for a text, 2: number, 3: text}
  bool read_int_or_string(std::string_view message, json::Value& value) {
    WireReader reader(message);
    bool is_text = false;
    std::int64_t number = 0;
    std::string_view text;
    while (const auto raw = reader.next()) {
      if (raw->number == 1) is_text = raw->integer != 0;
      if (raw->number == 2) number = static_cast<std::int32_t>(raw->integer);
      if (raw->number == 3) text = raw->bytes;
    }
    if (is_text)
      value = json::make_string(text, allocator());
    else
      value.SetInt64(number);
    return !reader.broken();
  }

  // {1: JSON text}
  bool read_raw(std::string_view message, json::Value& value) {
    WireReader reader(message);
    while (const auto raw = reader.next()) {
      if (raw->number != 1) continue;
      const auto parsed = json::parse(raw->bytes);
      if (!parsed) return false;
      value.CopyFrom(*parsed, allocator());
    }
    return !reader.broken();
  }

  // {1: key, 2: value}
  bool add_entry(const RawField& raw, const FieldDef& field, json::Value& object) {
    if (raw.wire != Wire::bytes) return false;
    WireReader reader(raw.bytes);
    std::string_view key;
    RawField content{2, wire_of(field.type), 0, {}};
    while (const auto part = reader.next()) {
      if (part->number == 1) key = part->bytes;
      if (part->number == 2) content = *part;
    }
    json::Value value;
    if (reader.broken() || !read(content, field, value)) return false;
    // Not searched for: a body may have very many entries. Whoever reads the JSON deals with one key given twice.
    child(object, field.name, rapidjson::kObjectType)
        .AddMember(json::make_string(key, allocator()), std::move(value), allocator());
    return true;
  }

  json::Value& child(json::Value& object, std::string_view name, rapidjson::Type type) {
    if (auto* found = json::find(object, name)) return *found;
    json::set(object, name, json::Value(type), allocator());
    return *json::find(object, name);
  }

  json::Document document_;
};

// The envelope: runtime.Unknown {1: TypeMeta {1: apiVersion, 2: kind}, 2: raw}.
struct Envelope {
  std::string_view api_version;
  std::string_view kind;
  std::string_view raw;
  bool broken = false;
};

Envelope read_envelope(std::string_view body) {
  Envelope envelope;
  WireReader reader(body);
  while (const auto field = reader.next()) {
    if (field->number == 2) envelope.raw = field->bytes;
    if (field->number != 1) continue;
    WireReader type(field->bytes);
    while (const auto part = type.next()) {
      if (part->number == 1) envelope.api_version = part->bytes;
      if (part->number == 2) envelope.kind = part->bytes;
    }
    envelope.broken = envelope.broken || type.broken();
  }
  envelope.broken = envelope.broken || reader.broken();
  return envelope;
}

}  // namespace

kube::Outcome<std::string> json_from_protobuf(std::string_view body) {
  if (!body.starts_with(kMagic)) {
    return kube::bad_request("the object provided is unrecognized: a protobuf body must begin with \"k8s\\0\"");
  }
  const auto envelope = read_envelope(body.substr(kMagic.size()));
  if (envelope.broken) return kube::bad_request("the object provided is unrecognized: broken protobuf");
  const auto* type = TypeTable::instance().find_kind(envelope.api_version, envelope.kind);
  if (!type) {
    return unsupported_media_type(
        fmt::format("this server does not read {} as protobuf - accepted media types include: application/json",
                    envelope.kind.empty() ? "an unnamed kind" : envelope.kind));
  }
  Converter converter;
  auto& document = converter.document();
  document.SetObject();
  json::set(document, "apiVersion", envelope.api_version, document.GetAllocator());
  json::set(document, "kind", envelope.kind, document.GetAllocator());
  if (!converter.convert(envelope.raw, *type, document)) {
    return kube::bad_request(fmt::format("the object provided is unrecognized: broken protobuf in {}", envelope.kind));
  }
  return json::to_string(document);
}

}  // namespace kyma::apiserver
