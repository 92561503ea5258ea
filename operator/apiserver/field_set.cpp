#include "operator/apiserver/field_set.hpp"

#include <algorithm>
#include <utility>

#include "operator/apiserver/field_path.hpp"
#include "operator/base/utf8.hpp"

namespace kyma::apiserver {
namespace {

constexpr std::string_view kSelf = ".";
constexpr std::size_t kMaxPathBytes = 1024;  // of a printed path

std::string cut_path(std::string path) { return path.size() > kMaxPathBytes ? cut_utf8(path, kMaxPathBytes) : path; }

bool before(const FieldSet::Branch& branch, std::string_view step) { return branch.step < step; }

}  // namespace

bool FieldSet::empty() const noexcept { return !member_ && branches_.empty(); }

const FieldSet* FieldSet::find(std::string_view step) const noexcept {
  const auto found = std::lower_bound(branches_.begin(), branches_.end(), step, before);
  return found != branches_.end() && found->step == step ? &found->fields : nullptr;
}

void FieldSet::add(std::string_view step, FieldSet fields) {
  if (fields.empty()) return;
  const bool last = branches_.empty() || branches_.back().step < step;
  const auto place = last ? branches_.end() : std::lower_bound(branches_.begin(), branches_.end(), step, before);
  if (place != branches_.end() && place->step == step)
    place->fields = place->fields | fields;
  else
    branches_.insert(place, Branch{std::string(step), std::move(fields)});
}

void FieldSet::insert(std::initializer_list<std::string_view> steps) {
  FieldSet fields;
  fields.set_member();
  for (auto step = std::rbegin(steps); step != std::rend(steps); ++step) {
    FieldSet around;
    around.add(*step, std::move(fields));
    fields = std::move(around);
  }
  *this = *this | fields;
}

template <class Rule>
FieldSet FieldSet::combine(const FieldSet& a, const FieldSet& b, Rule rule) {
  static const FieldSet kNothing;
  // What only one of them has is not looked into.
  if (b.empty()) return rule(true, false) ? a : kNothing;
  if (a.empty()) return rule(false, true) ? b : kNothing;
  FieldSet result;
  result.member_ = rule(a.member_, b.member_);
  auto x = a.branches_.begin();
  auto y = b.branches_.begin();
  while (x != a.branches_.end() || y != b.branches_.end()) {
    const bool only_a = y == b.branches_.end() || (x != a.branches_.end() && x->step < y->step);
    const bool only_b = !only_a && (x == a.branches_.end() || y->step < x->step);
    if (only_b && !rule(false, true)) {
      if (x == a.branches_.end()) break;
      y = std::lower_bound(y, b.branches_.end(), std::string_view(x->step), before);
      continue;
    }
    auto fields = combine(only_b ? kNothing : x->fields, only_a ? kNothing : y->fields, rule);
    if (!fields.empty()) result.branches_.push_back({only_b ? y->step : x->step, std::move(fields)});
    if (!only_b) ++x;
    if (!only_a) ++y;
  }
  return result;
}

FieldSet operator|(const FieldSet& a, const FieldSet& b) {
  return FieldSet::combine(a, b, [](bool x, bool y) { return x || y; });
}
FieldSet operator&(const FieldSet& a, const FieldSet& b) {
  return FieldSet::combine(a, b, [](bool x, bool y) { return x && y; });
}
FieldSet operator-(const FieldSet& a, const FieldSet& b) {
  return FieldSet::combine(a, b, [](bool x, bool y) { return x && !y; });
}
bool operator==(const FieldSet& a, const FieldSet& b) { return a.member_ == b.member_ && a.branches_ == b.branches_; }

std::vector<std::string> FieldSet::paths(std::size_t most) const {
  std::vector<std::string> paths;
  for (const auto& branch : branches_) branch.fields.print(cut_path(printed_step(branch.step)), paths, most);
  return paths;
}

void FieldSet::print(const std::string& path, std::vector<std::string>& paths, std::size_t most) const {
  if (paths.size() >= most) return;
  if (member_) paths.push_back(path);
  for (const auto& branch : branches_) {
    if (paths.size() >= most) return;
    branch.fields.print(cut_path(path + printed_step(branch.step)), paths, most);
  }
}

json::Value FieldSet::to_json(json::Allocator& allocator) const {
  json::Value fields(rapidjson::kObjectType);
  if (member_ && !branches_.empty()) {
    fields.AddMember(json::make_string(kSelf, allocator), json::Value(rapidjson::kObjectType), allocator);
  }
  for (const auto& branch : branches_) {
    fields.AddMember(json::make_string(branch.step, allocator), branch.fields.to_json(allocator), allocator);
  }
  return fields;
}

std::optional<FieldSet> FieldSet::from_json(const json::Value& fields) {
  if (!fields.IsObject()) return std::nullopt;
  FieldSet set;
  // Canonical steps may come in another order than the texts they are made from.
  for (const auto& member : fields.GetObject()) {
    const auto text = json::view(member.name);
    if (text == kSelf) {
      set.member_ = true;
      continue;
    }
    Branch branch;
    const auto sort = normalise_step(text, branch.step);
    if (sort == StepSort::foreign) continue;
    auto below = sort == StepSort::known ? from_json(member.value) : std::nullopt;
    if (!below) return std::nullopt;
    branch.fields = std::move(*below);
    if (branch.fields.branches_.empty()) branch.fields.member_ = true;
    set.branches_.push_back(std::move(branch));
  }
  std::stable_sort(set.branches_.begin(), set.branches_.end(),
                   [](const Branch& a, const Branch& b) { return a.step < b.step; });
  const auto twin = std::adjacent_find(set.branches_.begin(), set.branches_.end(),
                                       [](const Branch& a, const Branch& b) { return a.step == b.step; });
  if (twin == set.branches_.end()) return set;
  FieldSet folded;
  folded.member_ = set.member_;
  for (std::size_t at = 0; at < set.branches_.size();) {
    const auto first = at;
    std::vector<FieldSet> copies;
    for (; at < set.branches_.size() && set.branches_[at].step == set.branches_[first].step; ++at) {
      copies.push_back(std::move(set.branches_[at].fields));
    }
    folded.add(set.branches_[first].step, united(std::move(copies)));
  }
  return folded;
}

FieldSet united(std::vector<FieldSet> sets) {
  for (; sets.size() > 1; sets.resize((sets.size() + 1) / 2)) {
    for (std::size_t i = 0; i < sets.size() / 2; ++i) sets[i] = sets[i] | sets[sets.size() - 1 - i];
  }
  return sets.empty() ? FieldSet() : std::move(sets.front());
}

}  // namespace kyma::apiserver
