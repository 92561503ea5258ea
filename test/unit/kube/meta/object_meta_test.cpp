#include "operator/kube/meta/object_meta.hpp"

#include <catch2/catch_test_macros.hpp>

#include "operator/kube/meta/time.hpp"

namespace sample {

struct Object {
  kyma::kube::ObjectMeta meta;
};

void decode(kyma::json::Reader& reader, Object& object) {
  reader.object([&](std::string_view key) {
    if (key == "metadata") return kyma::kube::decode(reader, object.meta);
    reader.skip();
  });
}

}  // namespace sample

namespace {

using namespace kyma;
using namespace kyma::kube;

json::Outcome<sample::Object> read(std::string_view metadata) {
  return decode_object<sample::Object>(R"({"kind":"Thing","metadata":)" + std::string(metadata) + "}");
}

constexpr std::string_view kUid = "8f3c0b9e-1d2a-4c5b-9e7f-0123456789ab";

}  // namespace

TEST_CASE("Object metadata keeps what a controller uses", "[kube][object_meta]") {
  const auto object = read(R"({"name":"n","namespace":"ns","uid":"8f3c0b9e-1d2a-4c5b-9e7f-0123456789ab",
    "resourceVersion":"1234567890123","generation":4,"creationTimestamp":"2026-01-01T00:00:00Z",
    "deletionTimestamp":"2026-01-02T03:04:05Z","labels":{"z":"1","a":"2"},"annotations":{"big":"text"},
    "ownerReferences":[{"apiVersion":"v1","kind":"Other","name":"o","uid":"u1"},
      {"apiVersion":"inventory.kyma-project.io/v1alpha1","kind":"Kyma","name":"k","uid":"u2","controller":true,
       "blockOwnerDeletion":true}],
    "managedFields":[{"manager":"m","fieldsV1":{"f:spec":{".":{},"f:x":{}}}}]})");
  REQUIRE(object.has_value());
  const ObjectMeta& meta = object->meta;
  CHECK(meta.name == "n");
  CHECK(meta.key().str() == "ns/n");
  CHECK(meta.uid.str() == kUid);
  CHECK(meta.resource_version == 1234567890123);
  CHECK(meta.generation == 4);
  CHECK(meta.deleting());
  CHECK(format_time(meta.deletion_timestamp) == "2026-01-02T03:04:05Z");
  CHECK(meta.label("a") == "2");
  CHECK(meta.label("z") == "1");
  CHECK(meta.label("m").empty());
  CHECK(meta.labels.front().first == "a");
  REQUIRE(meta.controller());
  CHECK(meta.controller()->kind == "Kyma");
  CHECK(meta.is_controlled_by(Uid("u2")));
  CHECK_FALSE(meta.is_controlled_by(Uid("u1")));
}

TEST_CASE("Object metadata may be missing or null", "[kube][object_meta]") {
  for (const char* text :
       {"null", "{}", R"({"name":null,"labels":null,"ownerReferences":null,"deletionTimestamp":null})"}) {
    const auto object = read(text);
    REQUIRE(object.has_value());
    CHECK(object->meta.name.empty());
    CHECK_FALSE(object->meta.deleting());
    CHECK(object->meta.controller() == nullptr);
    CHECK(object->meta.uid.empty());
  }
}

TEST_CASE("Object metadata of wrong types is refused", "[kube][object_meta]") {
  CHECK(read(R"({"name":7})").error().message.find("expected a string, found a number") != std::string::npos);
  CHECK_FALSE(read(R"({"labels":["a"]})").has_value());
  CHECK_FALSE(read(R"({"labels":{"a":1}})").has_value());
  CHECK_FALSE(read(R"({"ownerReferences":[{"controller":"true"}]})").has_value());
  CHECK_FALSE(read("[]").has_value());
  CHECK(read(R"({"deletionTimestamp":"soon"})").error().message ==
        R"(wrong JSON at byte 48 in member "deletionTimestamp": expected a time as RFC 3339 defines it)");
}

TEST_CASE("A resource version that is no number is unknown", "[kube][object_meta]") {
  CHECK(read(R"({"resourceVersion":"abc"})")->meta.resource_version == 0);
  CHECK(read(R"({"resourceVersion":"12x"})")->meta.resource_version == 0);
  CHECK(read(R"({"resourceVersion":"99999999999999999999999"})")->meta.resource_version == 0);
}

TEST_CASE("A UID comes back as it was, UUID or not", "[kube][object_meta]") {
  for (const char* text : {"8f3c0b9e-1d2a-4c5b-9e7f-0123456789ab", "8F3C0B9E-1D2A-4C5B-9E7F-0123456789AB", "", "x",
                           "8f3c0b9e01d2a-4c5b-9e7f-0123456789ab", "8f3c0b9e-1d2a-4c5b-9e7f-0123456789ag",
                           "00000000-0000-0000-0000-000000000000"}) {
    INFO(text);
    CHECK(Uid(text).str() == text);
    CHECK(Uid(text).empty() == std::string_view(text).empty());
    CHECK(Uid(text) == Uid(text));
  }
  CHECK_FALSE(Uid(kUid) == Uid("8f3c0b9e-1d2a-4c5b-9e7f-0123456789ac"));
  CHECK_FALSE(Uid("a") == Uid("b"));
}

TEST_CASE("Object metadata is written as a client sends it", "[kube][object_meta]") {
  ObjectMeta meta;
  meta.name = "n";
  meta.name_space = "ns";
  meta.labels = Labels{{"a", "1"}};
  meta.resource_version = 7;
  meta.owner_references = OwnerReferences{{"v1", "Kind", "o", Uid(kUid), true, true}};
  json::Writer out;
  out.object([&] { encode(out, meta); });
  CHECK(out.view() ==
        R"({"name":"n","namespace":"ns","labels":{"a":"1"},"ownerReferences":[{"apiVersion":"v1","kind":"Kind",)"
        R"("name":"o","uid":"8f3c0b9e-1d2a-4c5b-9e7f-0123456789ab","controller":true,"blockOwnerDeletion":true}]})");
}

TEST_CASE("Object metadata stays compact", "[kube][object_meta]") {
  STATIC_CHECK(sizeof(ObjectMeta) <= 72);
  STATIC_CHECK(sizeof(Uid) <= 16);
  // What two objects have in common is there once.
  constexpr std::string_view kText = R"({"labels":{"a":"1","b":"2"},"ownerReferences":[{"uid":"1"},{"uid":"2"}]})";
  const auto one = read(kText);
  const auto other = read(kText);
  REQUIRE((one.has_value() && other.has_value()));
  CHECK(&*one->meta.labels == &*other->meta.labels);
  CHECK(&*one->meta.owner_references == &*other->meta.owner_references);
}
