// What it costs to decode one watch event of a HelmComponent: the pull reader into a small struct, against a document.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "operator/base/interned_string.hpp"
#include "operator/kube/meta/json.hpp"
#include "operator/kube/meta/list_splitter.hpp"
#include "operator/kube/meta/object_meta.hpp"
#include "operator/kube/meta/time.hpp"
#include "operator/kube/meta/watch_decoder.hpp"

namespace sample {

using namespace kyma;

// The fields that the controller uses.
struct Component {
  kube::ObjectMeta meta;
  InternedString component_name;
  InternedString name_space;
  InternedString status;
  std::optional<WallTime> last_reconciliation;
  std::int64_t observed_generation = 0;
};

void decode_spec(json::Reader& reader, Component& component) {
  std::string_view text;
  reader.object([&](std::string_view key) {
    if (key == "componentName") {
      if (reader.string_view(text)) component.component_name = text;
    } else if (key == "namespace") {
      if (reader.string_view(text)) component.name_space = text;
    } else {
      reader.skip();
    }
  });
}

void decode_status(json::Reader& reader, Component& component) {
  std::string_view text;
  reader.object([&](std::string_view key) {
    if (key == "status") {
      if (reader.string_view(text)) component.status = text;
    } else if (key == "lastReconciliation") {
      if (reader.string_view(text)) component.last_reconciliation = kube::parse_time(text);
    } else if (key == "observedGeneration") {
      reader.integer(component.observed_generation);
    } else {
      reader.skip();
    }
  });
}

void decode(json::Reader& reader, Component& component) {
  reader.object([&](std::string_view key) {
    if (key == "metadata") return kube::decode(reader, component.meta);
    if (key == "spec") return decode_spec(reader, component);
    if (key == "status") return decode_status(reader, component);
    reader.skip();
  });
}

}  // namespace sample

namespace {

using namespace kyma;

constexpr std::string_view kObject =
    R"({"apiVersion":"inventory.kyma-project.io/v1alpha1","kind":"HelmComponent","metadata":{)"
    R"("creationTimestamp":"2026-03-04T05:06:07Z","generation":1,"managedFields":[{"apiVersion":)"
    R"("inventory.kyma-project.io/v1alpha1","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:ownerReferences":{)"
    R"(".":{},"k:{\"uid\":\"3fa85f64-5717-4562-b3fc-2c963f66afa6\"}":{}}},"f:spec":{".":{},"f:componentName":{},)"
    R"("f:namespace":{}}},"manager":"kyma-operator","operation":"Update","time":"2026-03-04T05:06:07Z"},{"apiVersion":)"
    R"("inventory.kyma-project.io/v1alpha1","fieldsType":"FieldsV1","fieldsV1":{"f:status":{".":{},)"
    R"("f:lastReconciliation":{},"f:observedGeneration":{},"f:status":{},"f:manifestDigest":{}}},"manager":)"
    R"("kyma-operator","operation":"Update","subresource":"status","time":"2026-03-04T05:06:30Z"}],"name":)"
    R"("kyma-00042-service-catalog-addons","namespace":"kyma-load","ownerReferences":[{"apiVersion":)"
    R"("inventory.kyma-project.io/v1alpha1","blockOwnerDeletion":true,"controller":true,"kind":"Kyma","name":)"
    R"("kyma-00042","uid":"3fa85f64-5717-4562-b3fc-2c963f66afa6"}],"resourceVersion":"1772600000123456","uid":)"
    R"("7c9e6679-7425-40de-944b-e07fc1f90ae7"},"spec":{"componentName":"service-catalog-addons","namespace":)"
    R"("kyma-system"},"status":{"lastReconciliation":"2026-03-04T05:06:30.123456Z","manifestDigest":)"
    R"("sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","observedGeneration":1,"status":)"
    R"("failing"}})";

std::string event() { return R"({"type":"MODIFIED","object":)" + std::string(kObject) + "}\n"; }

void count_bytes(benchmark::State& state, std::size_t bytes) {
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}

void reader_into_struct(benchmark::State& state) {
  // Somebody holds the names, as a store does: interning then finds them.
  const auto kept = kube::decode_object<sample::Component>(kObject);
  for (auto _ : state) {
    auto component = kube::decode_object<sample::Component>(kObject);
    benchmark::DoNotOptimize(component);
  }
  count_bytes(state, kObject.size());
}
BENCHMARK(reader_into_struct);

void whole_event_into_struct(benchmark::State& state) {
  const auto kept = kube::decode_object<sample::Component>(kObject);
  const std::string line = event();
  kube::WatchDecoder decoder([](const kube::WatchEvent& received) {
    auto component = kube::decode_object<sample::Component>(received.object);
    benchmark::DoNotOptimize(component);
  });
  for (auto _ : state) {
    if (!decoder.feed(line)) state.SkipWithError("the event was refused");
  }
  count_bytes(state, line.size());
}
BENCHMARK(whole_event_into_struct);

void reader_skips_all(benchmark::State& state) {
  for (auto _ : state) {
    json::Reader reader(kObject);
    reader.skip();
    benchmark::DoNotOptimize(reader.finish());
  }
  count_bytes(state, kObject.size());
}
BENCHMARK(reader_skips_all);

// The point of reference: a tree, as the embedded server keeps none and a naive client would.
void document(benchmark::State& state) {
  for (auto _ : state) {
    auto parsed = json::parse(kObject);
    benchmark::DoNotOptimize(parsed);
  }
  count_bytes(state, kObject.size());
}
BENCHMARK(document);

void list_of_items(benchmark::State& state) {
  constexpr int kItems = 1000;
  std::string list = R"({"apiVersion":"v1","kind":"List","metadata":{"resourceVersion":"1"},"items":[)";
  for (int i = 0; i < kItems; ++i) list.append(i == 0 ? "" : ",").append(kObject);
  list += "]}";
  constexpr std::size_t kPiece = 64 * 1024;
  for (auto _ : state) {
    kube::ListSplitter splitter([](std::string_view item) { benchmark::DoNotOptimize(item.data()); });
    for (std::size_t at = 0; at < list.size(); at += kPiece) {
      if (!splitter.feed(std::string_view(list).substr(at, kPiece))) state.SkipWithError("the list was refused");
    }
    if (!splitter.finish() || splitter.items() != kItems) state.SkipWithError("the list is incomplete");
  }
  count_bytes(state, list.size());
}
BENCHMARK(list_of_items);

}  // namespace
