#include "operator/apiserver/field_walk.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "operator/apiserver/field_path.hpp"
#include "operator/apiserver/object_members.hpp"

namespace kyma::apiserver {
namespace {

using Form = MergeType::Form;

// One step into a value.
struct Field {
  std::string step;
  const MergeType* type;
  const json::Value* value;
  bool named = false;  // a member that the type knows by name
};

// The fields right below a value, sorted by step; an element that is there twice comes twice.
using Fields = std::vector<Field>;
// Those of one step.
using Copies = std::span<const Field>;

const MergeType& others_of(const MergeType& type) { return type.others ? *type.others : MergeType::leaf(); }

Fields fields_below(const MergeType& type, const json::Value* value) {
  Fields fields;
  if (!value || !is_granular(type, *value)) return fields;
  if (value->IsArray()) {
    fields.reserve(value->Size());
    for (const auto& element : value->GetArray()) {
      fields.push_back({element_step(type, element), &others_of(type), &element});
    }
  } else {
    fields.reserve(value->MemberCount());
    for (const auto& member : value->GetObject()) {
      const auto name = json::view(member.name);
      const auto* known = type.member(name);
      fields.push_back({member_step(name), known ? known : &others_of(type), &member.value, known != nullptr});
    }
  }
  std::stable_sort(fields.begin(), fields.end(), [](const Field& a, const Field& b) { return a.step < b.step; });
  return fields;
}

// The fields of one step at the front of `rest`, which then goes on behind them.
Copies take_copies(Copies& rest) {
  std::size_t count = 1;
  while (count < rest.size() && rest[count].step == rest.front().step) ++count;
  const auto copies = rest.first(count);
  rest = rest.subspan(count);
  return copies;
}

// Calls visit(step, before, after) for every step into either value; an empty span where a value has no such step.
template <class Visit>
void each_field(const MergeType& type, const json::Value* before, const json::Value* after, Visit visit) {
  const auto old_fields = fields_below(type, before);
  const auto new_fields = fields_below(type, after);
  Copies old_rest = old_fields;
  Copies new_rest = new_fields;
  while (!old_rest.empty() || !new_rest.empty()) {
    const bool only_old = new_rest.empty() || (!old_rest.empty() && old_rest.front().step < new_rest.front().step);
    const bool only_new = !only_old && (old_rest.empty() || new_rest.front().step < old_rest.front().step);
    const auto old_copies = only_new ? Copies() : take_copies(old_rest);
    const auto new_copies = only_old ? Copies() : take_copies(new_rest);
    visit((only_new ? new_copies : old_copies).front().step, old_copies, new_copies);
  }
}

// True when an applied field is one by itself, whatever is in it.
bool counts_itself(Copies copies) {
  const auto& field = copies.front();
  if (copies.size() > 1 || !field.named || !is_granular(*field.type, *field.value)) return true;
  return field.value->IsObject() && field.value->ObjectEmpty();
}

bool is_empty(const json::Value* value) {
  return !value || value->IsNull() || (value->IsObject() && value->ObjectEmpty()) ||
         (value->IsArray() && value->Empty());
}

bool may_be_granular(const MergeType& type, const json::Value* value) {
  return !value || value->IsNull() || is_granular(type, *value);
}

// Two values that are compared as one field.
bool is_one_field(const MergeType& type, const json::Value* before, const json::Value* after) {
  if (is_empty(before) && is_empty(after)) return true;
  return type.form == Form::leaf || !may_be_granular(type, before) || !may_be_granular(type, after);
}

bool same_copies(Copies a, Copies b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Field& x, const Field& y) { return json::equal(*x.value, *y.value); });
}

Comparison whole(bool before, bool after, bool same) {
  Comparison result;
  result.added.set_member(!before);
  result.removed.set_member(!after);
  result.modified.set_member(before && after && !same);
  return result;
}

Comparison compare(const MergeType& type, const json::Value* before, const json::Value* after) {
  if (is_one_field(type, before, after)) return whole(before, after, before && after && json::equal(*before, *after));
  auto result = whole(before, after, true);
  each_field(type, before, after, [&](const std::string& step, Copies old_copies, Copies new_copies) {
    Comparison below;
    if (old_copies.size() > 1 || new_copies.size() > 1) {
      below = whole(!old_copies.empty(), !new_copies.empty(), same_copies(old_copies, new_copies));
    } else {
      below = compare(*(old_copies.empty() ? new_copies : old_copies).front().type,
                      old_copies.empty() ? nullptr : old_copies.front().value,
                      new_copies.empty() ? nullptr : new_copies.front().value);
    }
    result.added.add(step, std::move(below.added));
    result.modified.add(step, std::move(below.modified));
    result.removed.add(step, std::move(below.removed));
  });
  return result;
}

// False when the value itself is to be removed. One that is emptied stays: it is somebody's, or it would go itself.
bool keep_rest(const MergeType& type, json::Value& value, const FieldSet* fields) {
  if (!fields) return true;
  remove_fields(type, value, *fields);
  return !fields->is_member();
}

}  // namespace

std::string element_step(const MergeType& list, const json::Value& element) {
  if (list.form != Form::keyed || !element.IsObject()) return value_step(json::canonical(element));
  json::Writer keys;
  keys.object([&] {
    for (const auto& key : list.keys) {
      const auto* value = json::find(element, key.name);
      keys.key(key.name).raw(json::canonical(value ? *value : key.fallback));
    }
  });
  return keys_step(keys.view());
}

FieldSet fields_of(const MergeType& type, const json::Value& value) {
  FieldSet fields;
  each_field(type, nullptr, &value, [&](const std::string& step, Copies, Copies copies) {
    FieldSet below;
    if (copies.size() == 1) below = fields_of(*copies.front().type, *copies.front().value);
    below.set_member(counts_itself(copies));
    fields.add(step, std::move(below));
  });
  return fields;
}

Comparison compare_fields(const MergeType& type, const json::Value& before, const json::Value& after) {
  return compare(type, &before, &after);
}

void remove_fields(const MergeType& type, json::Value& value, const FieldSet& fields) {
  if (fields.branches().empty() || !is_granular(type, value)) return;
  if (value.IsArray()) {
    auto kept = value.Begin();
    for (auto& element : value.GetArray()) {
      if (!keep_rest(others_of(type), element, fields.find(element_step(type, element)))) continue;
      if (kept != &element) kept->Swap(element);
      ++kept;
    }
    value.Erase(kept, value.End());
    return;
  }
  keep_members(value, [&](auto& member) {
    const auto name = json::view(member.name);
    const auto* known = type.member(name);
    return keep_rest(known ? *known : others_of(type), member.value, fields.find(member_step(name)));
  });
}

FieldSet with_named_members(const MergeType& type, const FieldSet& fields) {
  FieldSet result;
  result.set_member(fields.is_member());
  for (const auto& branch : fields.branches()) {
    const auto name = member_name(branch.step);
    const auto* known = name ? type.member(*name) : nullptr;
    auto below = with_named_members(known ? *known : others_of(type), branch.fields);
    if (known) below.set_member();
    result.add(branch.step, std::move(below));
  }
  return result;
}

}  // namespace kyma::apiserver
