// A kind for tests: metadata and one field, decoded as the real kinds are.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "operator/kube/meta/object_meta.hpp"
#include "operator/kube/meta/resource_type.hpp"

namespace kyma::test {

struct Widget {
  kube::ObjectMeta metadata;
  std::string color;

  static const kube::ResourceType& resource_type() {
    static const kube::ResourceType type{"example.org", "v1", "Widget", "widgets", true};
    return type;
  }
};

inline void decode(json::Reader& reader, Widget& widget) {
  reader.object([&](std::string_view key) {
    if (key == "metadata") return kube::decode(reader, widget.metadata);
    if (key == "color") return reader.string(widget.color);
    reader.skip();
  });
}

// "b" with version 7 of uid "u1".
struct WidgetSpec {
  std::string name;
  std::uint64_t version = 1;
  std::string uid = "uid-" + name;
  std::string color = {};
  std::int64_t generation = 1;
  bool deleting = false;
  std::string owner = {};  // of kind Gadget
  std::string owner_api = "example.org/v1";
};

inline std::string to_json(const WidgetSpec& spec) {
  std::string more;
  if (spec.deleting) more += R"(,"deletionTimestamp":"2026-01-01T00:00:00Z")";
  if (!spec.owner.empty()) {
    more += fmt::format(
        R"(,"ownerReferences":[{{"apiVersion":"{}","kind":"Gadget","name":"{}","uid":"uid-{}","controller":true}}])",
        spec.owner_api, spec.owner, spec.owner);
  }
  return fmt::format(
      R"({{"metadata":{{"name":"{}","namespace":"default","uid":"{}","resourceVersion":"{}","generation":{}{}}},"color":"{}"}})",
      spec.name, spec.uid, spec.version, spec.generation, more, spec.color);
}

inline Widget make_widget(const WidgetSpec& spec) { return kube::decode_object<Widget>(to_json(spec)).value(); }

inline std::string list_json(const std::vector<WidgetSpec>& items, std::uint64_t version, std::string token = {}) {
  std::string body = fmt::format(
      R"({{"kind":"WidgetList","metadata":{{"resourceVersion":"{}","continue":"{}"}},"items":[)", version, token);
  for (std::size_t i = 0; i < items.size(); ++i) body += (i ? "," : "") + to_json(items[i]);
  return body + "]}";
}

inline std::string event_json(std::string_view type, const WidgetSpec& widget) {
  return fmt::format(R"({{"type":"{}","object":{}}})", type, to_json(widget)) + "\n";
}

inline std::string bookmark_json(std::uint64_t version) {
  return fmt::format(R"({{"type":"BOOKMARK","object":{{"kind":"Widget","metadata":{{"resourceVersion":"{}"}}}}}})",
                     version) +
         "\n";
}

inline std::string status_json(unsigned code, std::string_view reason) {
  return fmt::format(R"({{"kind":"Status","status":"Failure","message":"{} it is","reason":"{}","code":{}}})", reason,
                     reason, code);
}

}  // namespace kyma::test
