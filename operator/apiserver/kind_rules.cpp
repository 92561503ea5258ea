#include "operator/apiserver/kind_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "operator/apiserver/metadata_rules.hpp"
#include "operator/apiserver/request_body.hpp"
#include "operator/apiserver/schema_cause.hpp"
#include "operator/kube/meta/member_editor.hpp"

namespace kyma::apiserver {
namespace {

// A stored object as a document; empty for null.
class OldObject {
 public:
  explicit OldObject(const StoredObject* old) {
    if (old) static_cast<json::Value&>(document_) = parse_stored(old->json, document_.GetAllocator());
  }
  const json::Value* get() const noexcept { return document_.IsObject() ? &document_ : nullptr; }

 private:
  json::Document document_;
};

class RulesStrategy final : public Strategy {
 public:
  explicit RulesStrategy(const KindRules& rules) : rules_(rules) {}

  std::string check_name(std::string_view name) const override {
    return rules_.check_name ? rules_.check_name(name) : Strategy::check_name(name);
  }
  void prepare(json::Value& object, json::Allocator& allocator, const StoredObject* old) const override {
    if (rules_.complete) rules_.complete(object, allocator, OldObject(old).get());
  }
  void validate(const json::Value& object, const StoredObject* old, Causes& causes) const override {
    // The types have spoken already when the shape is not even that of the kind.
    if (rules_.validate && causes.empty()) rules_.validate(object, OldObject(old).get(), causes);
  }

 private:
  KindRules rules_;
};

bool is_none(const json::Value* value) {
  return !value || value->IsNull() || (value->IsString() && value->GetStringLength() == 0);
}

using Labels = std::unordered_map<std::string_view, const json::Value*>;

Labels labels_of(const json::Value* object) {
  Labels labels;
  if (!object || !object->IsObject()) return labels;
  labels.reserve(object->MemberCount());
  for (const auto& label : object->GetObject()) labels.emplace(json::view(label.name), &label.value);
  return labels;
}

const json::Value* find_label(const Labels& labels, std::string_view key) {
  const auto found = labels.find(key);
  return found == labels.end() ? nullptr : found->second;
}

bool meets(const json::Value& expression, const Labels& labels) {
  const auto* label = find_label(labels, json::string_at(expression, {"key"}));
  const auto how = json::string_at(expression, {"operator"});
  if (how == "Exists") return label != nullptr;
  if (how == "DoesNotExist") return label == nullptr;
  const auto& values = list_at(expression, {"values"});
  const bool listed = label && std::find(values.Begin(), values.End(), *label) != values.End();
  return how == "In" ? listed : !listed;
}

std::string expression_text(const json::Value& expression) {
  const auto key = json::string_at(expression, {"key"});
  const auto how = json::string_at(expression, {"operator"});
  if (how == "Exists") return std::string(key);
  if (how == "DoesNotExist") return fmt::format("!{}", key);
  std::vector<std::string_view> values;
  for (const auto& value : list_at(expression, {"values"}).GetArray()) {
    if (value.IsString()) values.push_back(json::view(value));
  }
  std::sort(values.begin(), values.end());
  return fmt::format("{} {} ({})", key, how == "In" ? "in" : "notin", fmt::join(values, ","));
}

}  // namespace

std::shared_ptr<const Strategy> make_strategy(const KindRules& rules) { return std::make_shared<RulesStrategy>(rules); }

json::Value* object_or_null(json::Value& parent, std::string_view key, json::Allocator& allocator) {
  const auto* child = json::find(parent, key);
  if (child && !child->IsObject() && !child->IsNull()) return nullptr;
  return &object_at(parent, key, allocator);
}

json::Value& object_at(json::Value& parent, std::string_view key, json::Allocator& allocator) {
  auto* child = json::find(parent, key);
  if (!child || !child->IsObject()) {
    json::set(parent, key, json::Value(rapidjson::kObjectType), allocator);
    child = json::find(parent, key);
  }
  return *child;
}

void set_default(json::Value& parent, std::string_view key, json::Value value, json::Allocator& allocator) {
  if (parent.IsObject() && is_none(json::find(parent, key))) json::set(parent, key, std::move(value), allocator);
}

void set_default(json::Value& parent, std::string_view key, std::string_view text, json::Allocator& allocator) {
  set_default(parent, key, json::make_string(text, allocator), allocator);
}

void set_defaults(json::Value& parent, const json::Value& defaults, json::Allocator& allocator) {
  kube::MemberEditor members(parent, defaults.MemberCount(), allocator);
  for (const auto& member : defaults.GetObject()) {
    auto& value = members.find_or_add(json::view(member.name));
    if (is_none(&value)) value.CopyFrom(member.value, allocator);
  }
  members.finish();
}

const json::Value& list_at(const json::Value& object, std::initializer_list<std::string_view> path) {
  static const json::Value kEmpty(rapidjson::kArrayType);
  const auto* list = json::find(object, path);
  return list && list->IsArray() ? *list : kEmpty;
}

bool same_member(const json::Value& a, const json::Value& b, std::string_view key) {
  const auto* left = json::find(a, key);
  const auto* right = json::find(b, key);
  return left && right ? json::equal(*left, *right) : !left && !right;
}

void require_unchanged(const json::Value& object, const json::Value* old, std::string_view field,
                       std::initializer_list<std::string_view> members, Causes& causes) {
  static const json::Value kNone(rapidjson::kObjectType);
  if (!old) return;
  const auto* is = field.empty() ? &object : json::find(object, field);
  const auto* was = field.empty() ? old : json::find(*old, field);
  for (const auto member : members) {
    if (same_member(is ? *is : kNone, was ? *was : kNone, member)) continue;
    const auto* value = is ? json::find(*is, member) : nullptr;
    causes.push_back(cause::invalid(field.empty() ? std::string(member) : fmt::format("{}.{}", field, member),
                                    value ? printed(*value) : "null", "field is immutable"));
  }
}

bool selects(const json::Value& selector, const json::Value* labels) {
  const auto known = labels_of(labels);
  if (const auto* match = json::find(selector, "matchLabels"); match && match->IsObject()) {
    for (const auto& wanted : match->GetObject()) {
      const auto* label = find_label(known, json::view(wanted.name));
      if (!label || !(*label == wanted.value)) return false;
    }
  }
  const auto& expressions = list_at(selector, {"matchExpressions"});
  return std::all_of(expressions.Begin(), expressions.End(), [&](const auto& e) { return meets(e, known); });
}

std::string selector_text(const json::Value& selector) {
  std::vector<std::string> parts;
  if (const auto* match = json::find(selector, "matchLabels"); match && match->IsObject()) {
    for (const auto& label : match->GetObject()) {
      if (label.value.IsString())
        parts.push_back(fmt::format("{}={}", json::view(label.name), json::view(label.value)));
    }
  }
  for (const auto& expression : list_at(selector, {"matchExpressions"}).GetArray()) {
    parts.push_back(expression_text(expression));
  }
  std::sort(parts.begin(), parts.end());
  return fmt::format("{}", fmt::join(parts, ","));
}

}  // namespace kyma::apiserver
