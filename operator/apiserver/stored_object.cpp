#include "operator/apiserver/stored_object.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <utility>

#include "operator/kube/meta/time.hpp"

namespace kyma::apiserver {
namespace {

using Output = rapidjson::Writer<rapidjson::StringBuffer>;
using Member = json::Value::Member;

constexpr std::string_view kPlaceholder = "0000000000000000";

bool key_less(const Member& a, const Member& b) noexcept { return json::view(a.name) < json::view(b.name); }

bool is_sorted_by_key(const json::Value& object) {
  return std::is_sorted(object.MemberBegin(), object.MemberEnd(), key_less);
}

// Calls `visit` with each member in the order of keys, whatever the order they came in.
template <class Visit>
void for_each_sorted(const json::Value& object, Visit&& visit) {
  if (is_sorted_by_key(object)) {
    for (const auto& member : object.GetObject()) visit(member);
    return;
  }
  std::vector<const Member*> members;
  members.reserve(object.MemberCount());
  for (const auto& member : object.GetObject()) members.push_back(&member);
  std::sort(members.begin(), members.end(), [](const Member* a, const Member* b) { return key_less(*a, *b); });
  for (const Member* member : members) visit(*member);
}

void write_canonical(const json::Value& value, Output& out) {
  if (value.IsObject()) {
    out.StartObject();
    for_each_sorted(value, [&](const Member& member) {
      out.Key(member.name.GetString(), member.name.GetStringLength());
      write_canonical(member.value, out);
    });
    out.EndObject();
  } else if (value.IsArray()) {
    out.StartArray();
    for (const auto& element : value.GetArray()) write_canonical(element, out);
    out.EndArray();
  } else {
    value.Accept(out);
  }
}

class Encoder {
 public:
  explicit Encoder(StoredObject& draft) : draft_(draft), out_(buffer_) {}

  void encode(const json::Value& object) {
    out_.StartObject();
    if (const auto* value = json::find(object, "apiVersion")) draft_.api_version_text = member("apiVersion", *value);
    if (const auto* value = json::find(object, "kind")) member("kind", *value);
    if (const auto* value = json::find(object, "metadata")) metadata(*value);
    for_each_sorted(object, [&](const Member& m) {
      const auto key = json::view(m.name);
      if (key == "apiVersion" || key == "kind" || key == "metadata") return;
      const auto range = member(key, m.value);
      if (key == "spec") draft_.spec_text = range;
      if (key == "status") draft_.status_text = range;
    });
    out_.EndObject();
    draft_.json.assign(buffer_.GetString(), buffer_.GetSize());
  }

 private:
  std::uint32_t position() const { return static_cast<std::uint32_t>(buffer_.GetSize()); }

  TextRange member(std::string_view key, const json::Value& value) {
    out_.Key(key.data(), static_cast<rapidjson::SizeType>(key.size()));
    const auto begin = position() + 1;  // the colon comes with the value
    write_canonical(value, out_);
    return {begin, position()};
  }

  void metadata(const json::Value& value) {
    out_.Key("metadata");
    const auto begin = position() + 1;
    out_.StartObject();
    for_each_sorted(value, [&](const Member& m) {
      const auto range = member(json::view(m.name), m.value);
      if (json::view(m.name) == "resourceVersion") draft_.revision_text = {range.begin + 1, range.end - 1};
    });
    out_.EndObject();
    draft_.metadata_text = {begin, position()};
  }

  StoredObject& draft_;
  rapidjson::StringBuffer buffer_{nullptr, 2048};
  Output out_;
};

void read_labels(const json::Value& labels, kube::Labels& result) {
  result.reserve(labels.MemberCount());
  for (const auto& label : labels.GetObject()) {
    if (label.value.IsString()) result.emplace_back(json::view(label.name), json::view(label.value));
  }
  std::sort(result.begin(), result.end());
}

void read_owners(const json::Value& references, std::vector<kube::OwnerReference>& result) {
  for (const auto& reference : references.GetArray()) {
    auto& owner = result.emplace_back();
    owner.api_version = json::string_at(reference, {"apiVersion"});
    owner.kind = json::string_at(reference, {"kind"});
    owner.name = json::string_at(reference, {"name"});
    owner.uid = kube::Uid(json::string_at(reference, {"uid"}));
    const auto* controller = json::find(reference, "controller");
    owner.controller = controller && controller->IsBool() && controller->GetBool();
    const auto* block = json::find(reference, "blockOwnerDeletion");
    owner.block_owner_deletion = block && block->IsBool() && block->GetBool();
  }
}

void read_metadata(const json::Value& metadata, StoredObject& draft) {
  for (const auto& member : metadata.GetObject()) {
    const auto key = json::view(member.name);
    const auto& value = member.value;
    if (value.IsString()) {
      const auto text = json::view(value);
      if (key == "name")
        draft.name = text;
      else if (key == "namespace")
        draft.name_space = text;
      else if (key == "uid")
        draft.uid = kube::Uid(text);
      else if (key == "creationTimestamp")
        draft.created = kube::parse_time(text);
      else if (key == "deletionTimestamp")
        draft.deletion = kube::parse_time(text);
    } else if (key == "generation" && value.IsInt64()) {
      draft.generation = value.GetInt64();
    } else if (key == "labels" && value.IsObject()) {
      read_labels(value, draft.labels);
    } else if (key == "ownerReferences" && value.IsArray()) {
      read_owners(value, draft.owners);
    } else if (key == "finalizers" && value.IsArray()) {
      for (const auto& finalizer : value.GetArray()) {
        if (finalizer.IsString()) draft.finalizers.emplace_back(json::view(finalizer));
      }
    } else if (key == "managedFields" && value.IsArray()) {
      draft.tracked = !value.Empty();
    }
  }
}

// The texts of the metadata, the versions' digits aside.
bool same_metadata(const StoredObject& a, const StoredObject& b) noexcept {
  const auto parts = [](const StoredObject& o) {
    return std::pair(o.text({o.metadata_text.begin, o.revision_text.begin}),
                     o.text({o.revision_text.end, o.metadata_text.end}));
  };
  return parts(a) == parts(b);
}

void copy_metadata(const StoredObject& from, StoredObject& to) {
  to.name_space = from.name_space;
  to.name = from.name;
  to.uid = from.uid;
  to.generation = from.generation;
  to.created = from.created;
  to.deletion = from.deletion;
  to.labels = from.labels;
  to.owners = from.owners;
  to.finalizers = from.finalizers;
  to.tracked = from.tracked;
}

}  // namespace

std::string StoredObject::key() const { return storage_key(name_space, name); }

bool StoredObject::has_finalizer(std::string_view finalizer) const noexcept {
  return std::any_of(finalizers.begin(), finalizers.end(), [&](const auto& f) { return f == finalizer; });
}

std::string storage_key(std::string_view name_space, std::string_view name) {
  std::string key;
  key.reserve(name_space.size() + 1 + name.size());
  key.append(name_space).append(1, '/').append(name);
  return key;
}

Draft encode_object(json::Value& object, json::Allocator& allocator, const StoredObject* like, std::size_t max_bytes) {
  auto draft = std::make_shared<StoredObject>();
  auto* metadata = json::find(object, "metadata");
  json::set(*metadata, "resourceVersion", kPlaceholder, allocator);
  Encoder(*draft).encode(object);
  if (draft->json.size() > max_bytes) return nullptr;
  if (like && like->text(like->api_version_text) == draft->text(draft->api_version_text)) {
    draft->api_version = like->api_version;
  } else {
    draft->api_version = json::string_at(object, {"apiVersion"});
  }
  if (like && same_metadata(*like, *draft))
    copy_metadata(*like, *draft);
  else
    read_metadata(*metadata, *draft);
  return draft;
}

ObjectPtr decode_object(std::string_view json) {
  auto document = json::parse(json);
  if (!document || !document->IsObject()) return nullptr;
  const auto* metadata = json::find(*document, "metadata");
  if (!metadata || !metadata->IsObject()) return nullptr;
  const auto revision = parse_revision(json::string_at(*metadata, {"resourceVersion"}));
  if (!revision || *revision < kMinRevision || *revision > kMaxRevision) return nullptr;
  auto draft = encode_object(*document, document->GetAllocator());
  stamp(*draft, *revision);
  return draft;
}

void stamp(StoredObject& object, Revision revision) {
  char digits[kRevisionDigits];
  const auto end = std::to_chars(digits, digits + kRevisionDigits, revision).ptr;
  const auto count = static_cast<std::size_t>(end - digits);
  char* target = object.json.data() + object.revision_text.begin;
  std::memset(target, '0', kRevisionDigits);
  std::memcpy(target + (kRevisionDigits - count), digits, count);
  object.revision = revision;
}

ObjectPtr restamped(const StoredObject& object, Revision revision) {
  auto copy = std::make_shared<StoredObject>(object);
  stamp(*copy, revision);
  return copy;
}

bool same_but_revision(const StoredObject& a, const StoredObject& b) noexcept {
  if (a.json.size() != b.json.size() || a.revision_text.begin != b.revision_text.begin) return false;
  const std::string_view x = a.json;
  const std::string_view y = b.json;
  const auto begin = a.revision_text.begin;
  const auto end = a.revision_text.end;
  return x.substr(0, begin) == y.substr(0, begin) && x.substr(end) == y.substr(end);
}

bool same_desired_state(const StoredObject& a, const StoredObject& b) noexcept {
  // What lies between metadata and status, and behind status, compared member by member because a status may come or
  // go.
  const auto before = [](const StoredObject& o) {
    const auto end = o.status_text.empty() ? o.json.size() - 1 : o.status_text.begin - std::strlen(",\"status\":");
    return std::string_view(o.json).substr(o.metadata_text.end, end - o.metadata_text.end);
  };
  const auto after = [](const StoredObject& o) {
    const auto begin = o.status_text.empty() ? o.json.size() - 1 : o.status_text.end;
    return std::string_view(o.json).substr(begin);
  };
  if (a.status_text.empty() == b.status_text.empty()) return before(a) == before(b) && after(a) == after(b);
  std::string left(before(a));
  std::string right(before(b));
  return left.append(after(a)) == right.append(after(b));
}

std::optional<Revision> parse_revision(std::string_view text) noexcept {
  Revision revision = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), revision);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return revision;
}

}  // namespace kyma::apiserver
