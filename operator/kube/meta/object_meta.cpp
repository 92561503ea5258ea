#include "operator/kube/meta/object_meta.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "operator/kube/meta/time.hpp"

namespace kyma::kube {
namespace {

constexpr std::size_t kUuidLength = 36;

bool is_hyphen_place(std::size_t i) noexcept { return i == 8 || i == 13 || i == 18 || i == 23; }

// The value of a lower-case hexadecimal digit; -1 for anything else.
int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

bool parse_uuid(std::string_view text, std::array<unsigned char, 16>& bytes) noexcept {
  if (text.size() != kUuidLength) return false;
  std::size_t at = 0;
  for (auto& byte : bytes) {
    if (is_hyphen_place(at) && text[at++] != '-') return false;
    const int high = hex_value(text[at]);
    const int low = hex_value(text[at + 1]);
    if (high < 0 || low < 0) return false;
    byte = static_cast<unsigned char>(high * 16 + low);
    at += 2;
  }
  return true;
}

Labels decode_labels(json::Reader& reader) {
  Labels labels;
  reader.object([&](std::string_view key) {
    // The key's view ends with the next read.
    auto& label = labels.emplace_back(key, InternedString());
    std::string_view value;
    if (reader.string_view(value)) label.second = value;
  });
  const auto by_key = [](const auto& a, const auto& b) { return a.first < b.first; };
  if (!std::is_sorted(labels.begin(), labels.end(), by_key)) std::stable_sort(labels.begin(), labels.end(), by_key);
  return labels;
}

void decode_owner(json::Reader& reader, OwnerReference& owner) {
  std::string_view text;
  reader.object([&](std::string_view key) {
    if (key == "apiVersion") {
      if (reader.string_view(text)) owner.api_version = text;
    } else if (key == "kind") {
      if (reader.string_view(text)) owner.kind = text;
    } else if (key == "name") {
      if (reader.string_view(text)) owner.name = text;
    } else if (key == "uid") {
      if (reader.string_view(text)) owner.uid = Uid(text);
    } else if (key == "controller") {
      reader.boolean(owner.controller);
    } else if (key == "blockOwnerDeletion") {
      reader.boolean(owner.block_owner_deletion);
    } else {
      reader.skip();
    }
  });
}

// A version that is no number stays 0, "unknown": comparing it would be a guess.
std::uint64_t parse_resource_version(std::string_view text) noexcept {
  std::uint64_t version = 0;
  const auto [stop, problem] = std::from_chars(text.data(), text.data() + text.size(), version);
  return problem == std::errc() && stop == text.data() + text.size() ? version : 0;
}

}  // namespace

Uid::Uid(std::string_view text) {
  std::array<unsigned char, sizeof(Words)> bytes;
  Words words{};
  if (parse_uuid(text, bytes)) std::memcpy(words.data(), bytes.data(), sizeof words);
  // No generator makes one that begins with sixteen times f; should somebody, it is kept as a text.
  if (words == Words{} || words[0] == kText) {
    words = {kText, reinterpret_cast<std::uintptr_t>(InternedString(text).release())};
  }
  words_ = words;
}

Uid::Uid(const Uid& other) noexcept : words_(other.words_) {
  if (!is_text()) return;
  // Two shares from one: that of `other` is borrowed for the copy and given back.
  InternedString borrowed = InternedString::adopt(text_entry());
  InternedString(borrowed).release();
  borrowed.release();
}

const void* Uid::text_entry() const noexcept { return reinterpret_cast<const void*>(words_[1]); }

std::string Uid::str() const {
  if (is_text()) {
    InternedString borrowed = InternedString::adopt(text_entry());
    std::string text = borrowed.str();
    borrowed.release();
    return text;
  }
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(kUuidLength);
  for (const char c : bytes()) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_hyphen_place(text.size())) text += '-';
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

const OwnerReference* ObjectMeta::controller() const noexcept {
  const auto found = std::ranges::find_if(owner_references, &OwnerReference::controller);
  return found == owner_references.end() ? nullptr : &*found;
}

bool ObjectMeta::is_controlled_by(const Uid& owner) const noexcept {
  const OwnerReference* found = controller();
  return found && found->uid == owner;
}

std::string_view ObjectMeta::label(std::string_view key) const noexcept {
  const auto found = std::lower_bound(labels.begin(), labels.end(), key,
                                      [](const auto& label, std::string_view k) { return label.first.view() < k; });
  return found != labels.end() && found->first == key ? found->second.view() : std::string_view();
}

void decode(json::Reader& reader, ObjectMeta& meta) {
  std::string_view text;
  reader.object([&](std::string_view key) {
    if (key == "name") {
      if (reader.string_view(text)) meta.name = text;
    } else if (key == "namespace") {
      if (reader.string_view(text)) meta.name_space = text;
    } else if (key == "uid") {
      if (reader.string_view(text)) meta.uid = Uid(text);
    } else if (key == "resourceVersion") {
      if (reader.string_view(text)) meta.resource_version = parse_resource_version(text);
    } else if (key == "generation") {
      reader.integer(meta.generation);
    } else if (key == "deletionTimestamp") {
      if (!reader.string_view(text)) return;
      meta.deletion_timestamp = parse_time(text).value_or(kNoTime);
      if (!meta.deleting()) reader.fail("expected a time as RFC 3339 defines it");
    } else if (key == "labels") {
      meta.labels = decode_labels(reader);
    } else if (key == "ownerReferences") {
      OwnerReferences owners;
      reader.array([&] { decode_owner(reader, owners.emplace_back()); });
      meta.owner_references = std::move(owners);
    } else {
      reader.skip();
    }
  });
}

void encode(json::Writer& writer, const OwnerReference& reference) {
  writer.object([&] {
    writer.key("apiVersion").string(reference.api_version);
    writer.key("kind").string(reference.kind);
    writer.key("name").string(reference.name);
    writer.key("uid").string(reference.uid.str());
    if (reference.controller) writer.key("controller").boolean(true);
    if (reference.block_owner_deletion) writer.key("blockOwnerDeletion").boolean(true);
  });
}

void encode(json::Writer& writer, const ObjectMeta& meta) {
  writer.key("name").string(meta.name);
  if (!meta.name_space.empty()) writer.key("namespace").string(meta.name_space);
  if (!meta.labels.empty()) {
    writer.key("labels").object([&] {
      for (const auto& [key, value] : meta.labels) writer.key(key).string(value);
    });
  }
  if (!meta.owner_references.empty()) {
    writer.key("ownerReferences").array([&] {
      for (const OwnerReference& owner : meta.owner_references) encode(writer, owner);
    });
  }
}

}  // namespace kyma::kube
