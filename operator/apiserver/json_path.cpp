#include "operator/apiserver/json_path.hpp"

#include <boost/throw_exception.hpp>

#include <algorithm>
#include <stdexcept>

#include "operator/apiserver/json_path_step.hpp"

namespace kyma::apiserver {
namespace {

using Values = std::vector<const json::Value*>;
using Step = JsonPath::Step;

void add(Values& results, const json::Value& value) {
  if (results.size() < JsonPath::kMaxResults) results.push_back(&value);
}

const json::Value* element(const json::Value& list, std::int64_t index) {
  if (!list.IsArray()) return nullptr;
  const auto size = static_cast<std::int64_t>(list.Size());
  if (index < 0) index += size;
  if (index < 0 || index >= size) return nullptr;
  return &list[static_cast<rapidjson::SizeType>(index)];
}

void add_slice(const Step& step, const json::Value& list, Values& results) {
  if (!list.IsArray()) return;
  const auto size = static_cast<std::int64_t>(list.Size());
  const auto bound = [&](std::int64_t at) { return std::clamp<std::int64_t>(at < 0 ? at + size : at, 0, size); };
  const std::int64_t end = bound(step.to.value_or(size));
  std::int64_t at = bound(step.from.value_or(0));
  while (at < end) {
    add(results, list[static_cast<rapidjson::SizeType>(at)]);
    if (step.stride >= end - at) break;
    at += step.stride;
  }
}

template <class F>
void for_each_child(const json::Value& value, F&& call) {
  if (value.IsArray()) {
    for (const json::Value& item : value.GetArray()) call(item);
  } else if (value.IsObject()) {
    for (const auto& member : value.GetObject()) call(member.value);
  }
}

// The value and all below it, parents first. Iterative: the depth of a value is not trusted.
void add_descendants(const json::Value& value, Values& results) {
  Values pending{&value};
  while (!pending.empty() && results.size() < JsonPath::kMaxResults) {
    const json::Value* current = pending.back();
    pending.pop_back();
    results.push_back(current);
    const std::size_t before = pending.size();
    for_each_child(*current, [&](const json::Value& child) { add(pending, child); });
    std::reverse(pending.begin() + static_cast<std::ptrdiff_t>(before), pending.end());
  }
}

// Less than, equal or greater (-1, 0, 1); nothing when the two cannot be compared.
std::optional<int> compare(const json::Value& a, const json::Value& b) {
  if (a.IsString() && b.IsString()) {
    const int order = json::view(a).compare(json::view(b));
    return order < 0 ? -1 : order > 0 ? 1 : 0;
  }
  if (a.IsNumber() && b.IsNumber()) {
    const double difference = a.GetDouble() - b.GetDouble();
    return difference < 0 ? -1 : difference > 0 ? 1 : 0;
  }
  if (a.GetType() == b.GetType() && (a.IsBool() || a.IsNull())) return 0;
  return std::nullopt;
}

bool holds(const JsonPathFilter& filter, const json::Value& item) {
  const json::Value* left = filter.left.first(item);
  if (filter.comparison == Comparison::exists) return left != nullptr;
  if (left == nullptr) return false;
  const std::optional<int> order = compare(*left, filter.literal);
  switch (filter.comparison) {
    case Comparison::equal: return order == 0;
    case Comparison::not_equal: return order != 0;
    case Comparison::less: return order && *order < 0;
    case Comparison::less_or_equal: return order && *order <= 0;
    case Comparison::greater: return order && *order > 0;
    default: return order && *order >= 0;
  }
}

void apply(const Step& step, const json::Value& value, Values& results) {
  switch (step.kind) {
    case Step::Kind::member:
      if (const json::Value* found = json::find(value, step.name); found != nullptr) add(results, *found);
      break;
    case Step::Kind::index:
      if (const json::Value* found = element(value, *step.from); found != nullptr) add(results, *found);
      break;
    case Step::Kind::slice: add_slice(step, value, results); break;
    case Step::Kind::all: for_each_child(value, [&](const json::Value& child) { add(results, child); }); break;
    case Step::Kind::descend: add_descendants(value, results); break;
    case Step::Kind::filter:
      for_each_child(value, [&](const json::Value& child) {
        if (holds(*step.filter, child)) add(results, child);
      });
      break;
  }
}

}  // namespace

void throw_exception_from_error(const JsonPathError& error, const boost::source_location& location) {
  boost::throw_exception(std::invalid_argument("JSONPath: " + error.message), location);
}

JsonPath::JsonPath() = default;
JsonPath::JsonPath(const JsonPath&) = default;
JsonPath::JsonPath(JsonPath&&) noexcept = default;
JsonPath& JsonPath::operator=(const JsonPath&) = default;
JsonPath& JsonPath::operator=(JsonPath&&) noexcept = default;
JsonPath::~JsonPath() = default;

std::vector<const json::Value*> JsonPath::find(const json::Value& root) const {
  Values current{&root};
  for (const Step& step : steps_) {
    Values next;
    for (const json::Value* value : current) apply(step, *value, next);
    current = std::move(next);
  }
  return current;
}

const json::Value* JsonPath::first(const json::Value& root) const {
  const json::Value* value = &root;
  for (const Step& step : steps_) {
    if (step.kind == Step::Kind::member) {
      value = json::find(*value, step.name);
    } else if (step.kind == Step::Kind::index) {
      value = element(*value, *step.from);
    } else {
      const Values all = find(root);
      return all.empty() ? nullptr : all.front();
    }
    if (value == nullptr) return nullptr;
  }
  return value;
}

}  // namespace kyma::apiserver
