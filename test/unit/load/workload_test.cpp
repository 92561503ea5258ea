#include "cmd/kyma-load/workload.hpp"

#include <catch2/catch_test_macros.hpp>

#include "operator/api/kyma.hpp"

using namespace kyma;
using namespace kyma::load;
using namespace std::chrono_literals;

TEST_CASE("parse_components keeps the order and knows the reference namespaces", "[load][workload]") {
  const auto components = parse_components("ory,istio,other-namespace/certificates,my-own");
  REQUIRE(components.has_value());
  REQUIRE(*components ==
          std::vector<Component>{
              {"ory", ""}, {"istio", "istio-system"}, {"certificates", "other-namespace"}, {"my-own", ""}});
}

TEST_CASE("parse_components names the entry that is wrong", "[load][workload]") {
  for (const std::string text : {"", "a,", ",a", "a,,b", "Upper", "a/b/c", "/a", "a/", "a b", "a,b,a", "ns/a,a"}) {
    CAPTURE(text);
    const auto components = parse_components(text);
    REQUIRE(components.has_error());
    REQUIRE(components.error().reason == kube::Reason::configuration);
    REQUIRE(components.error().message.starts_with("component \""));
  }
  REQUIRE(parse_components("a,b,a").error().message.find("component \"a\": named twice") == 0);
}

TEST_CASE("The reference Kyma has 18 distinct components and a limit of 67 seconds", "[load][workload]") {
  const Workload workload("cafe", "load", 1, reference_components());
  REQUIRE(workload.components().size() == 18);
  REQUIRE(workload.longest_name().name == "service-catalog-addons");
  REQUIRE(workload.limit() == 67s);
}

TEST_CASE("A body is a Kyma with the run's label and all components", "[load][workload]") {
  const Workload workload("cafe", "load", 3, {{"istio", "istio-system"}, {"ory", ""}});
  const auto body = workload.body(2);
  REQUIRE(body.starts_with(R"({"apiVersion":"inventory.kyma-project.io/v1alpha1","kind":"Kyma",)"));
  const auto kyma = kube::decode_object<api::Kyma>(body);
  REQUIRE(kyma.has_value());
  REQUIRE(kyma->metadata.name == "load-3");
  REQUIRE(kyma->metadata.label(kRunLabel) == "cafe");
  REQUIRE(kyma->spec.components == std::vector<api::KymaComponent>{{"istio", "istio-system", ""}, {"ory", "", ""}});
}

TEST_CASE("index_of is the inverse of name and knows no other names", "[load][workload]") {
  const Workload workload("cafe", "my-load", 12, reference_components());
  for (std::size_t index = 0; index < 12; ++index) {
    REQUIRE(workload.index_of(workload.name(index)) == index);
  }
  for (const char* name :
       {"", "my-load", "my-load-", "my-load-0", "my-load-01", "my-load-13", "my-load-1x", "my-load--1", "my-load-+1",
        "my-load1", "other-1", "my-load-99999999999999999999999", "my-load-1-istio"}) {
    CAPTURE(name);
    REQUIRE_FALSE(workload.index_of(name));
  }
}

TEST_CASE("Run ids are label values of eight digits", "[load][workload]") {
  REQUIRE(make_run_id().size() == 8);
  REQUIRE(make_run_id() != make_run_id());
  REQUIRE(Workload("cafe", "load", 1, reference_components()).label_selector() == "kyma-load=cafe");
}

TEST_CASE("A change gives one component values that name its revision", "[load][workload]") {
  const Workload workload("cafe", "load", 5, {{"istio", "istio-system"}, {"ory", ""}});
  REQUIRE(workload.changed_component(0) == 0);
  REQUIRE(workload.changed_component(3) == 1);
  REQUIRE(workload.change_body(3, 7) == R"({"spec":{"components":[{"name":"istio","namespace":"istio-system"},)"
                                        R"({"name":"ory","values":{"kymaLoad":{"revision":7}}}]}})");
}

TEST_CASE("The revision is read from a component's values", "[load][workload]") {
  REQUIRE(revision_in(R"({"kymaLoad":{"revision":7}})") == 7);
  REQUIRE(revision_in("") == 0);
  REQUIRE(revision_in("{}") == 0);
  REQUIRE(revision_in(R"({"kymaLoad":{"revision":"7"}})") == 0);
  REQUIRE(revision_in(R"({"kymaLoad":{"revision":-7}})") == 0);
  REQUIRE(revision_in(R"({"kymaLoad":{"revision":99999999999}})") == 0);
  REQUIRE(revision_in("not json") == 0);
}
