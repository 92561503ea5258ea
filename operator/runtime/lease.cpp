#include "operator/runtime/lease.hpp"

#include <limits>
#include <utility>

#include "operator/kube/meta/time.hpp"

namespace kyma::runtime {
namespace {

void decode_time(json::Reader& reader, WallTime& target) {
  std::string_view text;
  if (reader.string_view(text)) target = kube::parse_time(text).value_or(kNoTime);
}

// The API holds 32 bits.
bool fits(std::int64_t number) { return number >= 0 && number <= std::numeric_limits<std::int32_t>::max(); }

void decode(json::Reader& reader, LeaseRecord& record) {
  reader.object([&](std::string_view key) {
    if (key == "holderIdentity") return reader.string(record.holder);
    if (key == "acquireTime") return decode_time(reader, record.acquired);
    if (key == "renewTime") return decode_time(reader, record.renewed);
    if (key == "leaseTransitions") {
      reader.integer(record.transitions);
      if (!fits(record.transitions)) reader.fail("not a number of transitions");
      return;
    }
    if (key == "leaseDurationSeconds") {
      std::int64_t seconds = 0;
      reader.integer(seconds);
      if (!fits(seconds)) return reader.fail("not a duration of a lease");
      record.duration = std::chrono::seconds(seconds);
      return;
    }
    return reader.skip();
  });
}

void decode(json::Reader& reader, Lease& lease) {
  reader.object([&](std::string_view key) {
    if (key == "metadata") return kube::decode(reader, lease.metadata);
    if (key == "spec") return decode(reader, lease.record);
    return reader.skip();
  });
}

void write(json::Document& document, const LeaseRecord& record) {
  auto& allocator = document.GetAllocator();
  if (const json::Value* spec = json::find(document, "spec"); spec == nullptr || !spec->IsObject()) {
    json::set(document, "spec", json::Value(rapidjson::kObjectType), allocator);
  }
  json::Value& spec = *json::find(document, "spec");
  json::set(spec, "holderIdentity", record.holder, allocator);
  json::set(spec, "leaseDurationSeconds", json::Value(static_cast<std::int64_t>(record.duration.count())), allocator);
  json::set(spec, "leaseTransitions", json::Value(record.transitions), allocator);
  json::set(spec, "acquireTime", kube::format_micro_time(record.acquired), allocator);
  json::set(spec, "renewTime", kube::format_micro_time(record.renewed), allocator);
}

}  // namespace

const kube::ResourceType& Lease::resource_type() {
  static const kube::ResourceType type{"coordination.k8s.io", "v1", "Lease", "leases", true};
  return type;
}

json::Outcome<Lease> parse_lease(std::string json) {
  Lease lease;
  json::Reader reader(json);
  decode(reader, lease);
  if (!reader.finish()) return reader.error();
  lease.json = std::move(json);
  return lease;
}

std::string lease_to_create(std::string_view name_space, std::string_view name, const LeaseRecord& record) {
  json::Writer writer;
  writer.object([&] {
    writer.key("apiVersion").string(Lease::resource_type().api_version()).key("kind").string("Lease");
    writer.key("metadata").object([&] { writer.key("name").string(name).key("namespace").string(name_space); });
  });
  json::Document document = json::parse(writer.view()).value();
  write(document, record);
  return json::to_string(document);
}

std::string lease_to_update(const Lease& read, const LeaseRecord& record) {
  json::Document document = json::parse(read.json).value();
  write(document, record);
  return json::to_string(document);
}

}  // namespace kyma::runtime
