// Lists of versions that are not the newest: by number, and by continue tokens that have grown old.
#include <catch2/catch_test_macros.hpp>

#include "operator/apiserver/continue_token.hpp"
#include "test/unit/apiserver/test_api.hpp"

namespace kyma::apiserver::test {
namespace {

const std::string kCollection(kConfigMaps);

std::string names(const Answer& answer) {
  std::string result;
  const auto* items = json::find(answer.json, "items");
  if (!items) throw std::runtime_error("no list: " + answer.body);
  for (const auto& item : items->GetArray()) {
    result += std::string(json::string_at(item, {"metadata", "name"})) + "=" +
              std::string(json::string_at(item, {"data", "k"})) + " ";
  }
  return result;
}

std::string at_version(const std::string& version, std::string_view more) {
  return kCollection + "?resourceVersion=" + version + std::string(more);
}

TEST_CASE("List shows an older version exactly, whatever has happened since", "[apiserver][list]") {
  TestApi api;
  for (const char* name : {"a", "b", "c"}) api.post(kCollection, config_map(name));
  const auto then = api.get(kCollection).version();
  api.patch(kCollection + "/a", R"({"data":{"k":"new"}})");
  api.patch(kCollection + "/a", R"({"data":{"k":"newer"}})");
  api.remove(kCollection + "/b");
  api.post(kCollection, config_map("d"));
  api.post(kCollection, config_map("aa"));
  api.remove(kCollection + "/aa");

  const auto exact = api.get(at_version(then, "&resourceVersionMatch=Exact"));
  REQUIRE(names(exact) == "a=v b=v c=v ");
  REQUIRE(exact.version() == then);
  REQUIRE(names(api.get(at_version(then, "&resourceVersionMatch=NotOlderThan"))) == "a=newer c=v d=v ");
  REQUIRE(names(api.get(at_version(then, ""))) == "a=newer c=v d=v ");
  REQUIRE(names(api.get("/api/v1/namespaces/kube-system/configmaps?resourceVersion=" + then +
                        "&resourceVersionMatch=Exact"))
              .empty());
}

TEST_CASE("A limit beside a version asks for exactly that version", "[apiserver][list][paging]") {
  TestApi api;
  for (const char* name : {"a", "b", "c"}) api.post(kCollection, config_map(name));
  const auto then = api.get(kCollection).version();
  api.remove(kCollection + "/a");
  const auto first = api.get(at_version(then, "&limit=2"));
  REQUIRE(names(first) == "a=v b=v ");
  REQUIRE(first.version() == then);
  REQUIRE(json::int_at(first.json, {"metadata", "remainingItemCount"}) == 1);
  const auto second = api.get(kCollection + "?limit=2&continue=" + first.text({"metadata", "continue"}));
  REQUIRE(names(second) == "c=v ");
  REQUIRE(second.version() == then);
  // Unless it says otherwise.
  REQUIRE(names(api.get(at_version(then, "&limit=2&resourceVersionMatch=NotOlderThan"))) == "b=v c=v ");
  REQUIRE(names(api.get(kCollection + "?resourceVersion=0&limit=1")) == "b=v c=v ");
}

TEST_CASE("Version that the history has lost cannot be listed", "[apiserver][list][history]") {
  ApiServerOptions options;
  options.history_events = 4;
  TestApi api(options);
  api.post(kCollection, config_map("a"));
  const auto then = api.get(kCollection).version();
  for (int i = 0; i < 10; ++i) api.patch(kCollection + "/a", R"({"data":{"k":")" + std::to_string(i) + R"("}})");
  const auto lost = api.get(at_version(then, "&resourceVersionMatch=Exact"));
  REQUIRE(lost.status == 410);
  REQUIRE(lost.reason() == "Expired");
  REQUIRE(lost.message() == "The resourceVersion for the provided list is too old: " + then);
}

TEST_CASE("Expired continue token comes back as one that goes on with the newest version",
          "[apiserver][list][paging]") {
  TestApi api;
  for (const char* name : {"a", "b", "c", "d"}) api.post(kCollection, config_map(name));
  const auto first = api.get(kCollection + "?limit=2");
  REQUIRE(names(first) == "a=v b=v ");
  api.pass(std::chrono::minutes{6});
  api.remove(kCollection + "/c");
  api.post(kCollection, config_map("e"));

  const auto expired = api.get(kCollection + "?limit=2&continue=" + first.text({"metadata", "continue"}));
  REQUIRE(expired.status == 410);
  REQUIRE(expired.reason() == "Expired");
  REQUIRE(expired.message().find("use the continue token in this response") != std::string::npos);
  const auto fresh = expired.text({"metadata", "continue"});
  REQUIRE_FALSE(decode_continue_token(fresh)->revision.has_value());
  const auto rest = api.get(kCollection + "?limit=1&continue=" + fresh);
  REQUIRE(names(rest) == "d=v ");
  REQUIRE(rest.version() == api.get(kCollection).version());
  const auto end = api.get(kCollection + "?limit=1&continue=" + rest.text({"metadata", "continue"}));
  REQUIRE(names(end) == "e=v ");
  REQUIRE(end.text({"metadata", "continue"}).empty());
}

TEST_CASE("DeleteCollection goes no further than its limit and heeds its preconditions", "[apiserver][delete]") {
  TestApi api;
  for (const char* name : {"a", "b", "c"}) api.post(kCollection, config_map(name));
  const auto some = api.remove(kCollection + "?limit=2");
  REQUIRE(names(some) == "a=v b=v ");
  REQUIRE(names(api.get(kCollection)) == "c=v ");
  const auto refused =
      api.remove(kCollection, R"({"kind":"DeleteOptions","apiVersion":"v1","preconditions":{"uid":"x"}})");
  REQUIRE(refused.status == 409);
  REQUIRE(names(api.get(kCollection)) == "c=v ");
  const auto uid = api.get(kCollection + "/c").text({"metadata", "uid"});
  REQUIRE(api.remove(kCollection, R"({"preconditions":{"uid":")" + uid + R"("}})").status == 200);
  REQUIRE(names(api.get(kCollection)).empty());
}

}  // namespace
}  // namespace kyma::apiserver::test
