// The metadata that a controller uses, compact: interned names, numeric versions. managedFields and annotations are not
// kept.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "operator/base/interned_string.hpp"
#include "operator/base/time.hpp"
#include "operator/kube/meta/json.hpp"
#include "operator/kube/meta/resource_type.hpp"

namespace kyma::kube {

// An opaque identifier; the usual UUID form takes 16 bytes and no allocation.
class Uid {
 public:
  Uid() = default;
  explicit Uid(std::string_view text);
  std::string str() const;
  bool empty() const noexcept;
  friend bool operator==(const Uid&, const Uid&) = default;

 private:
  using Bytes = std::array<unsigned char, 16>;
  std::variant<InternedString, Bytes> value_;  // Bytes for lower-case canonical UUIDs, the text otherwise
};

struct OwnerReference {
  InternedString api_version;
  InternedString kind;
  InternedString name;
  Uid uid;
  bool controller = false;
  bool block_owner_deletion = false;

  friend bool operator==(const OwnerReference&, const OwnerReference&) = default;
};

using Labels = std::vector<std::pair<InternedString, InternedString>>;  // sorted by key

struct ObjectMeta {
  InternedString name;
  InternedString name_space;  // empty for cluster-scoped objects
  Uid uid;
  std::uint64_t resource_version = 0;  // 0: unknown. Compared as a number, as the API permits since Kubernetes 1.35 and
                                       // every server before it does
  std::int64_t generation = 0;
  std::optional<WallTime> deletion_timestamp;
  Labels labels;
  std::vector<OwnerReference> owner_references;

  bool deleting() const noexcept { return deletion_timestamp.has_value(); }
  // The owner that is marked as controller, or null.
  const OwnerReference* controller() const noexcept;
  bool is_controlled_by(const Uid& owner) const noexcept;
  // The value of a label; empty when absent.
  std::string_view label(std::string_view key) const noexcept;
  NamespacedName key() const { return {name_space.str(), name.str()}; }
};

// Decodes the "metadata" object at the reader's position.
void decode(json::Reader& reader, ObjectMeta& meta);
// Writes the members that a client sends: name, namespace, labels, ownerReferences (as members of an open object).
void encode(json::Writer& writer, const OwnerReference& reference);
void encode(json::Writer& writer, const ObjectMeta& meta);

// Reads a whole object of type T through `void decode(json::Reader&, T&)`, which argument-dependent lookup finds.
template <class T>
json::Outcome<T> decode_object(std::string_view text) {
  T object;
  json::Reader reader(text);
  decode(reader, object);
  if (!reader.finish()) return reader.error();
  return object;
}

}  // namespace kyma::kube
