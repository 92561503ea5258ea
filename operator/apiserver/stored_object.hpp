// One version of one object, as storage keeps it: encoded once, immutable, shared by everybody who sends it.
//
// The JSON text is canonical: {"apiVersion":..,"kind":..,"metadata":{..},rest}, members sorted by key below and after
// those three. Two equal objects therefore have equal texts, and "did anything change" is a comparison of bytes. The
// resourceVersion takes a fixed number of digits, so that storage can stamp a version without encoding again.
// Thread: immutable once stored; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operator/base/clock.hpp"
#include "operator/base/interned_string.hpp"
#include "operator/kube/meta/json.hpp"
#include "operator/kube/meta/object_meta.hpp"

namespace kyma::apiserver {

// A resourceVersion. One counter for everything that is stored; 0 means none.
using Revision = std::uint64_t;

// Microseconds since 1970 have 16 digits from 2001 to 2286, which the counter starts at.
inline constexpr std::size_t kRevisionDigits = 16;
inline constexpr Revision kMinRevision = 1'000'000'000'000'000;
inline constexpr Revision kMaxRevision = 9'999'999'999'999'999;

// A part of the JSON text; empty when that part is absent.
struct TextRange {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  bool empty() const noexcept { return begin == end; }
};

struct StoredObject {
  std::string json;
  Revision revision = 0;

  InternedString name_space;
  InternedString name;
  kube::Uid uid;
  InternedString api_version;  // in which the text is encoded
  std::int64_t generation = 0;
  std::optional<WallTime> created;
  std::optional<WallTime> deletion;  // deletionTimestamp
  kube::Labels labels;
  std::vector<kube::OwnerReference> owners;
  std::vector<InternedString> finalizers;
  bool tracked = false;  // has metadata.managedFields: who owns what is kept up to date

  TextRange api_version_text;  // the string with its quotes
  TextRange revision_text;     // the digits
  TextRange metadata_text;     // the whole object
  TextRange spec_text;         // value of "spec"
  TextRange status_text;       // value of "status"

  std::string_view text(TextRange range) const noexcept {
    return std::string_view(json).substr(range.begin, range.end - range.begin);
  }
  std::string key() const;
  bool has_finalizer(std::string_view finalizer) const noexcept;
};

using ObjectPtr = std::shared_ptr<const StoredObject>;
// An object on its way into storage, which stamps and then shares it.
using Draft = std::shared_ptr<StoredObject>;

// The key within its resource: "namespace/name", "/name" for cluster-scoped objects.
std::string storage_key(std::string_view name_space, std::string_view name);

// Encodes an object with complete metadata; its resourceVersion is left to stamp(). `object` gets a placeholder. Where
// the metadata is that of `like`, it is not read again. Null when the text is longer than `max_bytes`: then none of its
// labels is kept anywhere.
Draft encode_object(json::Value& object, json::Allocator& allocator, const StoredObject* like = nullptr,
                    std::size_t max_bytes = std::numeric_limits<std::size_t>::max());
// From the text of a stored object, its version included; null when it is none.
ObjectPtr decode_object(std::string_view json);
// Writes the digits of the version into the text.
void stamp(StoredObject& object, Revision revision);
// The same object under another version, as deletion events carry it.
ObjectPtr restamped(const StoredObject& object, Revision revision);

// True when both texts say the same, resourceVersion aside.
bool same_but_revision(const StoredObject& a, const StoredObject& b) noexcept;
// True when both say the same outside metadata and status (and the version they are encoded in).
bool same_desired_state(const StoredObject& a, const StoredObject& b) noexcept;

// "1700000000000001" and back; nothing for what is no version.
std::optional<Revision> parse_revision(std::string_view text) noexcept;

}  // namespace kyma::apiserver
