#include "operator/apiserver/managed_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "operator/apiserver/field_path.hpp"
#include "operator/apiserver/metadata_rules.hpp"
#include "operator/base/utf8.hpp"
#include "operator/kube/meta/time.hpp"

namespace kyma::apiserver {
namespace {

constexpr std::string_view kFieldsV1 = "FieldsV1";
constexpr std::string_view kAncientChanges = "ancient-changes";
constexpr std::string_view kUnknownManager = "unknown";

using Causes = std::vector<kube::StatusCause>;

constexpr std::string_view text_of(Operation operation) { return operation == Operation::apply ? "Apply" : "Update"; }

// Seconds, as entries are sorted by; nothing counts as the beginning.
std::int64_t seconds_of(const ManagedEntry& entry) {
  const auto time = kube::parse_time(entry.time);
  return time ? std::chrono::floor<std::chrono::seconds>(*time).time_since_epoch().count() : 0;
}

bool comes_before(const ManagedEntry& a, const ManagedEntry& b) {
  const auto rank = [](const ManagedEntry& entry) {
    const auto& owner = entry.owner;
    return std::tuple(owner.operation, seconds_of(entry), std::string_view(owner.manager),
                      std::string_view(owner.api_version), std::string_view(owner.subresource));
  };
  return rank(a) < rank(b);
}

class EntryReader {
 public:
  EntryReader(const json::Value& entry, std::size_t index, Causes& causes)
      : entry_(entry), field_(fmt::format("metadata.managedFields[{}]", index)), causes_(causes) {}

  std::optional<ManagedEntry> read() {
    if (!entry_.IsObject()) return refuse("", json::to_string(entry_), "must be an object");
    for (const std::string_view name : {"manager", "operation", "apiVersion", "time", "fieldsType", "subresource"}) {
      const auto* value = json::find(entry_, name);
      if (value && !value->IsNull() && !value->IsString()) return refuse(name, json::to_string(*value), "must be text");
    }
    const auto operation = text("operation");
    if (operation != "Apply" && operation != "Update") {
      return refuse("operation", operation, "must be `Apply` or `Update`");
    }
    if (text("apiVersion").empty()) return refuse("apiVersion", "", "must not be empty");
    if (text("fieldsType") != kFieldsV1) return refuse("fieldsType", text("fieldsType"), "must be `FieldsV1`");
    if (const auto why = check_manager(text("manager")); !why.empty()) return refuse("manager", text("manager"), why);
    if (!text("time").empty() && !kube::parse_time(text("time"))) return refuse("time", text("time"), "must be a time");
    return with_fields(operation == "Apply" ? Operation::apply : Operation::update);
  }

 private:
  std::optional<ManagedEntry> with_fields(Operation operation) {
    ManagedEntry entry{
        {std::string(text("manager")), operation, std::string(text("apiVersion")), std::string(text("subresource"))},
        std::string(text("time"))};
    const auto* fields = json::find(entry_, "fieldsV1");
    if (!fields || fields->IsNull()) return entry;
    auto set = FieldSet::from_json(*fields);
    if (!set) return refuse("fieldsV1", "{...}", "must be a set of fields such as {\"f:spec\":{\"f:size\":{}}}");
    entry.fields = std::move(*set);
    return entry;
  }

  std::string_view text(std::string_view name) const { return json::string_at(entry_, {name}); }

  std::nullopt_t refuse(std::string_view member, std::string_view value, std::string_view why) {
    causes_.push_back(invalid_value(member.empty() ? field_ : fmt::format("{}.{}", field_, member), value, why));
    return std::nullopt;
  }

  const json::Value& entry_;
  const std::string field_;
  Causes& causes_;
};

json::Value to_json(const ManagedEntry& entry, json::Allocator& allocator) {
  json::Value value(rapidjson::kObjectType);
  const auto set = [&](std::string_view name, std::string_view text) {
    if (!text.empty()) json::set(value, name, text, allocator);
  };
  set("manager", entry.owner.manager);
  set("operation", text_of(entry.owner.operation));
  set("apiVersion", entry.owner.api_version);
  set("time", entry.time);
  set("fieldsType", kFieldsV1);
  json::set(value, "fieldsV1", entry.fields.to_json(allocator), allocator);
  set("subresource", entry.owner.subresource);
  return value;
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

}  // namespace

const FieldSet& server_fields() {
  static const FieldSet kFields = [] {
    FieldSet fields;
    fields.insert({"f:apiVersion"});
    fields.insert({"f:kind"});
    fields.insert({"f:metadata"});
    for (const std::string_view name :
         {"name", "namespace", "creationTimestamp", "selfLink", "uid", "generation", "managedFields", "resourceVersion",
          "deletionTimestamp", "deletionGracePeriodSeconds"}) {
      fields.insert({"f:metadata", member_step(name)});
    }
    return fields;
  }();
  return kFields;
}

bool FieldOwner::same_as(const FieldOwner& other) const noexcept {
  return manager == other.manager && operation == other.operation && subresource == other.subresource &&
         (operation == Operation::apply || api_version == other.api_version);
}

boost::system::result<ManagedFields, Causes> ManagedFields::read(const json::Value* list) {
  ManagedFields managed;
  if (!list || list->IsNull() || asks_for_reset(*list)) return managed;
  Causes causes;
  if (!list->IsArray()) {
    causes.push_back(invalid_value("metadata.managedFields", json::to_string(*list), "must be a list"));
    return causes;
  }
  if (list->Size() > kMostEntries) {
    causes.push_back({"FieldValueTooMany", fmt::format("Too many: must have at most {} items", kMostEntries),
                      "metadata.managedFields"});
    return causes;
  }
  std::size_t index = 0;
  for (const auto& element : list->GetArray()) {
    auto entry = EntryReader(element, index++, causes).read();
    if (!entry) return causes;
    // Of two entries of one owner, the last counts.
    managed.find_or_add(entry->owner) = std::move(*entry);
  }
  return managed;
}

void ManagedFields::write(json::Value& metadata, json::Allocator& allocator) const {
  if (entries_.empty()) {
    metadata.RemoveMember("managedFields");
    return;
  }
  std::vector<const ManagedEntry*> sorted;
  for (const auto& entry : entries_) sorted.push_back(&entry);
  std::stable_sort(sorted.begin(), sorted.end(), [](auto* a, auto* b) { return comes_before(*a, *b); });
  json::Value list(rapidjson::kArrayType);
  for (const auto* entry : sorted) list.PushBack(to_json(*entry, allocator), allocator);
  json::set(metadata, "managedFields", std::move(list), allocator);
}

ManagedEntry* ManagedFields::find(const FieldOwner& owner) noexcept {
  const auto found = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const ManagedEntry& entry) { return entry.owner.same_as(owner); });
  return found == entries_.end() ? nullptr : &*found;
}

ManagedEntry& ManagedFields::find_or_add(const FieldOwner& owner) {
  if (auto* found = find(owner)) return *found;
  return entries_.emplace_back(ManagedEntry{owner});
}

void ManagedFields::release(const FieldSet& fields) {
  for (auto& entry : entries_) entry.fields = entry.fields - fields;
}

void ManagedFields::tidy() {
  release(server_fields());
  std::erase_if(entries_, [](const ManagedEntry& entry) { return entry.fields.empty(); });
  fold_oldest();
}

void ManagedFields::fold_oldest() {
  const auto is_update = [](const ManagedEntry& entry) { return entry.owner.operation == Operation::update; };
  auto count = static_cast<std::size_t>(std::count_if(entries_.begin(), entries_.end(), is_update));
  if (count <= kMostUpdateEntries) return;
  std::stable_sort(entries_.begin(), entries_.end(), comes_before);
  // Per apiVersion the oldest entries become one; a single old one stays what it is.
  std::map<std::string, std::size_t> first_of;
  std::map<std::size_t, std::vector<FieldSet>> folded_into;
  for (std::size_t i = 0; i < entries_.size() && count > kMostUpdateEntries; ++i) {
    auto& entry = entries_[i];
    if (!is_update(entry)) continue;
    const auto [first, is_first] = first_of.try_emplace(entry.owner.api_version, i);
    if (is_first) continue;
    auto& folded = entries_[first->second];
    folded.owner = {std::string(kAncientChanges), Operation::update, entry.owner.api_version};
    folded.time = entry.time;
    folded_into[first->second].push_back(std::exchange(entry.fields, {}));
    --count;
  }
  for (auto& [index, sets] : folded_into) {
    sets.push_back(std::move(entries_[index].fields));
    entries_[index].fields = united(std::move(sets));
  }
  std::erase_if(entries_, [](const ManagedEntry& entry) { return entry.fields.empty(); });
}

bool asks_for_reset(const json::Value& managed_fields) noexcept {
  return managed_fields.IsArray() && managed_fields.Size() == 1 && managed_fields[0].IsObject() &&
         managed_fields[0].ObjectEmpty();
}

std::string check_manager(std::string_view name) {
  if (name.size() > kMaxManagerBytes) return fmt::format("may not be more than {} bytes", kMaxManagerBytes);
  if (!is_utf8(name) || std::any_of(name.begin(), name.end(), is_control))
    return "should only contain printable characters";
  return {};
}

std::string manager_of_agent(std::string_view user_agent) {
  const auto agent = user_agent.substr(0, user_agent.find('/'));
  std::string name;
  for (std::size_t at = 0; at < agent.size();) {
    const auto character = agent.substr(at, utf8_character_bytes(agent.substr(at)));
    at += std::max<std::size_t>(character.size(), 1);
    if (character.empty() || is_control(character.front())) continue;
    if (name.size() + character.size() > kMaxManagerBytes) break;
    name += character;
  }
  return name.empty() ? std::string(kUnknownManager) : name;
}

}  // namespace kyma::apiserver
