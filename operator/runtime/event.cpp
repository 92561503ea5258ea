#include "operator/runtime/event.hpp"

#include "operator/base/interned.hpp"

namespace kyma::runtime {

std::string_view to_string(EventType type) noexcept { return type == EventType::warning ? "Warning" : "Normal"; }

ObjectReference reference_to(const kube::ResourceType& type, const kube::ObjectMeta& metadata) {
  return {.api_version = InternedString(type.api_version()),
          .kind = InternedString(type.kind),
          .name_space = metadata.name_space,
          .name = metadata.name,
          .uid = metadata.uid};
}

std::size_t EventHash::operator()(const Event& event) const noexcept {
  std::size_t hash = hash_join(event.regarding.uid.hash(), event.regarding.name.hash());
  hash = hash_join(hash, event.reason.hash());
  return hash_join(hash, event.note.hash());
}

}  // namespace kyma::runtime
