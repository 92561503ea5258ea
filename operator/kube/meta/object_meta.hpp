// The metadata that a controller uses, compact: interned names, numeric versions. managedFields and annotations are not
// kept.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "operator/base/interned.hpp"
#include "operator/base/interned_string.hpp"
#include "operator/base/time.hpp"
#include "operator/kube/meta/json.hpp"
#include "operator/kube/meta/resource_type.hpp"

namespace kyma::kube {

// An opaque identifier in 16 bytes; the usual UUID form takes no allocation.
class Uid {
 public:
  Uid() = default;
  explicit Uid(std::string_view text);
  Uid(const Uid& other) noexcept;
  Uid(Uid&& other) noexcept : words_(std::exchange(other.words_, kEmpty)) {}
  Uid& operator=(Uid other) noexcept {
    words_.swap(other.words_);
    return *this;
  }
  ~Uid() {
    if (is_text()) InternedString::adopt(text_entry());
  }

  std::string str() const;
  bool empty() const noexcept { return words_ == kEmpty; }
  // What stands for the identifier where a key of bytes is wanted: different for different ones. A view of this object.
  std::string_view bytes() const noexcept {
    return {reinterpret_cast<const char*>(words_.data()), words_.size() * sizeof words_[0]};
  }
  std::size_t hash() const noexcept { return static_cast<std::size_t>(words_[0] * 31 + words_[1]); }
  friend bool operator==(const Uid&, const Uid&) = default;

 private:
  using Words = std::array<std::uint64_t, 2>;
  // The bytes of a lower-case canonical UUID; or this mark and the address of an interned text (null: empty).
  static constexpr std::uint64_t kText = ~std::uint64_t{0};
  static constexpr Words kEmpty{kText, 0};

  bool is_text() const noexcept { return words_[0] == kText; }
  const void* text_entry() const noexcept;

  Words words_ = kEmpty;
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

inline std::size_t hash_value(const OwnerReference& owner) noexcept { return owner.uid.hash(); }

using OwnerReferences = std::vector<OwnerReference>;
using Labels = std::vector<std::pair<InternedString, InternedString>>;  // sorted by key

struct ObjectMeta {
  InternedString name;
  InternedString name_space;  // empty for cluster-scoped objects
  Uid uid;
  std::uint64_t resource_version = 0;  // 0: unknown. Compared as a number, as the API permits since Kubernetes 1.35 and
                                       // every server before it does
  std::int64_t generation = 0;
  WallTime deletion_timestamp = kNoTime;
  Interned<Labels> labels;                     // what one Kyma makes has the same labels and
  Interned<OwnerReferences> owner_references;  // owner throughout

  bool deleting() const noexcept { return deletion_timestamp != kNoTime; }
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
