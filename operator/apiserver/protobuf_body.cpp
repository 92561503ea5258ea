#include "operator/apiserver/protobuf_body.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <utility>

#include "operator/apiserver/api_errors.hpp"
#include "operator/apiserver/protobuf_schema.hpp"
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
      case Wire::fixed64: take(8); break;
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
  bool convert(std::string_view message, std::span<const ProtoField> fields, json::Value& object) {
    WireReader reader(message);
    while (const auto raw = reader.next()) {
      for (const auto& field : fields) {
        if (field.number == raw->number && !add(*raw, field, object)) return false;
      }
    }
    return !reader.broken();
  }

  json::Document& document() noexcept { return document_; }

 private:
  json::Allocator& allocator() { return document_.GetAllocator(); }

  bool add(const RawField& raw, const ProtoField& field, json::Value& object) {
    if (field.type == ProtoType::text_map || field.type == ProtoType::bytes_map) return add_entry(raw, field, object);
    json::Value value;
    if (!read(raw, field, value)) return false;
    if (value.IsNull()) return true;
    if (field.repeated) {
      child(object, field.name, rapidjson::kArrayType).PushBack(std::move(value), allocator());
    } else {
      json::set(object, field.name, std::move(value), allocator());
    }
    return true;
  }

  bool read(const RawField& raw, const ProtoField& field, json::Value& value) {
    const bool number = field.type == ProtoType::integer || field.type == ProtoType::boolean;
    if (raw.wire != (number ? Wire::varint : Wire::bytes)) return false;
    switch (field.type) {
      case ProtoType::text:
        // Go writes empty strings for absent ones.
        if (!raw.bytes.empty()) value = json::make_string(raw.bytes, allocator());
        return true;
      case ProtoType::bytes: value = json::make_string(encode_base64(raw.bytes), allocator()); return true;
      case ProtoType::integer: value.SetInt64(static_cast<std::int64_t>(raw.integer)); return true;
      case ProtoType::boolean: value.SetBool(raw.integer != 0); return true;
      case ProtoType::time: return read_time(raw.bytes, value);
      case ProtoType::message: value.SetObject(); return convert(raw.bytes, field.fields, value);
      case ProtoType::text_map:
      case ProtoType::bytes_map: break;
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

  bool add_entry(const RawField& raw, const ProtoField& field, json::Value& object) {
    if (raw.wire != Wire::bytes) return false;
    WireReader reader(raw.bytes);
    std::string_view key;
    std::string_view value;
    while (const auto part = reader.next()) {
      if (part->number == 1) key = part->bytes;
      if (part->number == 2) value = part->bytes;
    }
    if (reader.broken()) return false;
    auto& map = child(object, field.name, rapidjson::kObjectType);
    json::set(map, key, field.type == ProtoType::bytes_map ? encode_base64(value) : std::string(value), allocator());
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
  const auto fields = proto_fields_of(envelope.kind);
  if (fields.empty()) {
    return unsupported_media_type(
        fmt::format("this server does not read {} as protobuf - accepted media types include: application/json",
                    envelope.kind.empty() ? "an unnamed kind" : envelope.kind));
  }
  Converter converter;
  auto& document = converter.document();
  document.SetObject();
  json::set(document, "apiVersion", envelope.api_version, document.GetAllocator());
  json::set(document, "kind", envelope.kind, document.GetAllocator());
  if (!converter.convert(envelope.raw, fields, document)) {
    return kube::bad_request(fmt::format("the object provided is unrecognized: broken protobuf in {}", envelope.kind));
  }
  return json::to_string(document);
}

}  // namespace kyma::apiserver
