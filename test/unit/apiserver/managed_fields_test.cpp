#include "operator/apiserver/managed_fields.hpp"

#include <fmt/format.h>
#include <catch2/catch_test_macros.hpp>

#include <string>

namespace kyma::apiserver {
namespace {

FieldSet field(std::string_view name) {
  FieldSet fields;
  fields.insert({"f:spec", "f:" + std::string(name)});
  return fields;
}

ManagedEntry entry(std::string manager, Operation operation, std::string time, std::string_view name,
                   std::string version = "v1", std::string subresource = {}) {
  return {{std::move(manager), operation, std::move(version), std::move(subresource)}, std::move(time), field(name)};
}

std::string written(const ManagedFields& managed) {
  json::Document metadata(rapidjson::kObjectType);
  managed.write(metadata, metadata.GetAllocator());
  return json::to_string(metadata);
}

// The owners in the order in which they are written.
std::string order_of(const ManagedFields& managed) {
  json::Document metadata(rapidjson::kObjectType);
  managed.write(metadata, metadata.GetAllocator());
  std::string names;
  const auto* list = json::find(metadata, "managedFields");
  if (!list) return names;
  for (const auto& element : list->GetArray()) names += std::string(json::string_at(element, {"manager"})) + " ";
  return names;
}

std::string cause(std::string_view list) {
  const auto read = ManagedFields::read(&static_cast<const json::Value&>(json::parse(list).value()));
  return read ? "good" : read.error().front().field + ": " + read.error().front().message;
}

TEST_CASE("ManagedFields writes entries as Kubernetes does and reads them again", "[apiserver][apply]") {
  const std::string text =
      R"([{"manager":"m","operation":"Apply","apiVersion":"v1","time":"2026-01-02T03:04:05Z","fieldsType":"FieldsV1",)"
      R"("fieldsV1":{"f:spec":{"f:a":{}}},"subresource":"status"}])";
  const auto document = json::parse(text).value();
  const auto managed = ManagedFields::read(&document);
  REQUIRE(managed.has_value());
  REQUIRE(written(*managed) == R"({"managedFields":)" + text + "}");
}

TEST_CASE("ManagedFields sorts appliers first, then by time and name", "[apiserver][apply]") {
  ManagedFields managed;
  managed.entries() = {entry("late", Operation::update, "2026-01-02T00:00:00Z", "a"),
                       entry("z", Operation::update, "2026-01-01T00:00:00Z", "b"),
                       entry("b", Operation::update, "2026-01-01T00:00:00Z", "c"),
                       entry("applier", Operation::apply, "2026-01-03T00:00:00Z", "d"),
                       entry("timeless", Operation::update, "", "e")};
  REQUIRE(order_of(managed) == "applier timeless b z late ");
}

TEST_CASE("ManagedFields tells owners apart, appliers whatever their version", "[apiserver][apply]") {
  ManagedFields managed;
  managed.entries() = {entry("m", Operation::update, "", "a"), entry("m", Operation::apply, "", "b")};
  REQUIRE(managed.find({"m", Operation::update, "v1"}) == &managed.entries()[0]);
  REQUIRE(managed.find({"m", Operation::update, "v2"}) == nullptr);
  REQUIRE(managed.find({"m", Operation::update, "v1", "status"}) == nullptr);
  REQUIRE(managed.find({"m", Operation::apply, "v2"}) == &managed.entries()[1]);
}

TEST_CASE("ManagedFields keeps nothing that only the server writes, and no empty entry", "[apiserver][apply]") {
  ManagedFields managed;
  auto& own = managed.find_or_add({"m", Operation::update, "v1"});
  for (const std::string_view name : {"name", "uid", "resourceVersion", "generation", "creationTimestamp"}) {
    own.fields.insert({"f:metadata", "f:" + std::string(name)});
  }
  own.fields.insert({"f:apiVersion"});
  managed.find_or_add({"labels", Operation::update, "v1"}).fields.insert({"f:metadata", "f:labels", "f:a"});
  managed.tidy();
  REQUIRE(order_of(managed) == "labels ");
  managed.release(managed.entries()[0].fields);
  managed.tidy();
  REQUIRE(managed.empty());
  REQUIRE(written(managed) == "{}");
}

TEST_CASE("ManagedFields folds the oldest updates into ancient-changes", "[apiserver][apply]") {
  ManagedFields managed;
  for (int i = 0; i < 13; ++i) {
    managed.entries().push_back(entry(fmt::format("m{:02}", i), Operation::update,
                                      fmt::format("2026-01-01T00:00:{:02}Z", i), fmt::format("f{}", i)));
  }
  for (int i = 0; i < 12; ++i) {
    managed.entries().push_back(entry(fmt::format("a{:02}", i), Operation::apply, "", fmt::format("g{}", i)));
  }
  managed.tidy();
  const auto* ancient = managed.find({"ancient-changes", Operation::update, "v1"});
  REQUIRE(ancient);
  REQUIRE(ancient->fields == (field("f0") | field("f1") | field("f2") | field("f3")));
  REQUIRE(ancient->time == "2026-01-01T00:00:03Z");
  REQUIRE(managed.entries().size() == 12 + kMostUpdateEntries);
  managed.entries().push_back(entry("new", Operation::update, "2026-01-02T00:00:00Z", "x"));
  managed.tidy();
  REQUIRE(managed.entries().size() == 12 + kMostUpdateEntries);
  REQUIRE((managed.find({"ancient-changes", Operation::update, "v1"})->fields & field("f4")) == field("f4"));
}

TEST_CASE("ManagedFields refuses malformed entries by name", "[apiserver][apply][hostile]") {
  REQUIRE(cause("[]") == "good");
  REQUIRE(cause("[{}]") == "good");
  REQUIRE(cause("{}").starts_with("metadata.managedFields: "));
  REQUIRE(cause("[7]").starts_with("metadata.managedFields[0]: "));
  REQUIRE(cause(R"([{"operation":7}])").starts_with("metadata.managedFields[0].operation: "));
  REQUIRE(cause(R"([{"manager":"m"}])").starts_with("metadata.managedFields[0].operation: "));
  REQUIRE(cause(R"([{"operation":"Update"}])").starts_with("metadata.managedFields[0].apiVersion: "));
  REQUIRE(cause(R"([{"operation":"Update","apiVersion":"v1"}])").starts_with("metadata.managedFields[0].fieldsType: "));
  const auto with = [](std::string_view more) {
    return cause(R"([{"operation":"Update","apiVersion":"v1","fieldsType":"FieldsV1",)" + std::string(more) + "}]");
  };
  REQUIRE(with(R"("fieldsV1":{"f:a":{}})") == "good");
  REQUIRE(with(R"("fieldsV1":{"a":{}})").starts_with("metadata.managedFields[0].fieldsV1: "));
  REQUIRE(with(R"("time":"yesterday")").starts_with("metadata.managedFields[0].time: "));
  REQUIRE(with("\"manager\":\"" + std::string(129, 'm') + "\"").starts_with("metadata.managedFields[0].manager: "));
  std::string many = "[";
  for (std::size_t i = 0; i <= kMostEntries; ++i) many += i > 0 ? ",{}" : "{}";
  REQUIRE(cause(many + "]").starts_with("metadata.managedFields: Too many"));
}

TEST_CASE("A client without a manager's name goes by its User-Agent", "[apiserver][apply]") {
  REQUIRE(manager_of_agent("kubectl/v1.32.0 (linux/amd64) kubernetes/70d3cc9") == "kubectl");
  REQUIRE(manager_of_agent("curl") == "curl");
  REQUIRE(manager_of_agent("") == "unknown");
  REQUIRE(manager_of_agent("/x") == "unknown");
  REQUIRE(manager_of_agent("a\x01\xff"
                           "b/1") == "ab");
  REQUIRE(manager_of_agent(std::string(500, 'x')) == std::string(128, 'x'));
  REQUIRE(manager_of_agent(std::string(127, 'x') + "\u00e9") == std::string(127, 'x'));
}

TEST_CASE("A manager's name is printable and not too long", "[apiserver][apply]") {
  REQUIRE(check_manager("kubectl").empty());
  REQUIRE(check_manager(std::string(128, 'x')).empty());
  REQUIRE_FALSE(check_manager(std::string(129, 'x')).empty());
  REQUIRE_FALSE(check_manager("a\nb").empty());
  REQUIRE_FALSE(check_manager("\xff").empty());
}

}  // namespace
}  // namespace kyma::apiserver
