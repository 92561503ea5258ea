#include "operator/helm/chart/schema_validator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "operator/helm/chart/failure.hpp"
#include "operator/helm/chart/schema_format.hpp"
#include "operator/helm/formats/json.hpp"
#include "operator/helm/gotemplate/format.hpp"

namespace kyma::helm {
namespace {

using gotemplate::Kind;
using gotemplate::List;
using gotemplate::Map;

constexpr std::uint64_t kMaxSteps = 10'000'000;
constexpr std::size_t kStackReserve = std::size_t{256} << 10;
constexpr std::string_view kRoot = "(root)";

bool is_number(Value value) noexcept {
  switch (value.kind()) {
    case Kind::integer:
    case Kind::int64:
    case Kind::uint8:
    case Kind::uint64:
    case Kind::float64: return true;
    default: return false;
  }
}

bool is_integer(Value value) {
  if (!value.is(Kind::float64)) return true;
  const double number = value.as_float();
  return std::isfinite(number) && number == std::trunc(number);
}

// The JSON that the value is compared by: numbers are float64 there.
std::string canonical(Value value) {
  if (value.is(Kind::uint64)) return to_json(Value::float64(static_cast<double>(value.as_uint64())));
  if (is_number(value) && !value.is(Kind::float64)) return to_json(Value::float64(static_cast<double>(value.as_int())));
  return to_json(value);
}

std::string type_list(const std::vector<std::string>& types) {
  return types.size() == 1 ? types[0] : fmt::format("[{}]", fmt::join(types, ","));
}

std::size_t rune_count(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++count) gotemplate::next_rune(text, at);
  return count;
}

template <class Size>
bool too_few(Size size, const SchemaPart::Bounds& bounds) {
  return bounds.least && static_cast<std::int64_t>(size) < *bounds.least;
}
template <class Size>
bool too_many(Size size, const SchemaPart::Bounds& bounds) {
  return bounds.most && static_cast<std::int64_t>(size) > *bounds.most;
}

}  // namespace

std::string SchemaValidator::Place::str() const {
  if (parent == nullptr) return std::string(kRoot);
  return parent->parent == nullptr ? std::string(name) : fmt::format("{}.{}", parent->str(), name);
}

void SchemaValidator::Result::merge(Result other) {
  complaints.insert(complaints.end(), std::make_move_iterator(other.complaints.begin()),
                    std::make_move_iterator(other.complaints.end()));
  score += other.score;
}

// Counts two against the score: one point is given for every check that was made.
void SchemaValidator::complain(Result& result, const Place& place, std::string_view text) {
  result.complaints.push_back(fmt::format("{}: {}", place.str(), text));
  result.score -= 2;
}

std::vector<std::string> SchemaValidator::validate(const SchemaPart& schema, Value values) {
  return check(schema, values, Place{nullptr, kRoot}).complaints;
}

SchemaValidator::Result SchemaValidator::check(const SchemaPart& part, Value value, const Place& place) {
  Result result;
  check_into(part, value, result, place);
  return result;
}

void SchemaValidator::check_into(const SchemaPart& part, Value value, Result& result, const Place& place) {
  if (!stack_.has(kStackReserve)) {
    throw ChartFailure("unable to validate schema: it nests too deeply, or refers to itself in circles");
  }
  if (++steps_ > kMaxSteps) throw ChartFailure("unable to validate schema: it takes too many steps");
  if (part.verdict) {
    if (!*part.verdict) complain(result, place, "False always fails validation");
    return;
  }
  if (part.reference != nullptr) return check_into(*part.reference, value, result, place);
  if (!check_type(part, value, result, place)) return;

  check_combinations(part, value, result, place);
  if (is_number(value)) {
    check_number(part, value, result, place);
  } else if (value.is_list()) {
    check_list(part, value.as_list(), result, place);
  } else if (value.is_map()) {
    check_map(part, value.as_map(), result, place);
  } else if (value.is_string()) {
    check_string(part, value.as_text(), result, place);
  }
  check_common(part, value, result, place);
  if (value.is_map()) {
    for (const SchemaPart* property : part.properties) {
      const Value* member = value.as_map().find(property->property);
      if (member != nullptr) check_into(*property, *member, result, Place{&place, property->property});
    }
  }
  ++result.score;
}

bool SchemaValidator::check_type(const SchemaPart& part, Value value, Result& result, const Place& place) {
  if (part.types.empty()) return true;
  std::string_view given;
  bool fits = false;
  if (is_number(value)) {
    const bool integer = is_integer(value);
    given = integer ? "integer" : "number";
    fits = part.has_type("number") || (integer && part.has_type("integer"));
  } else {
    given = value.is_nothing()                    ? "null"
            : value.is_list()                     ? "array"
            : value.is_map()                      ? "object"
            : value.is(gotemplate::Kind::boolean) ? "boolean"
                                                  : "string";
    fits = part.has_type(given);
  }
  if (!fits) {
    complain(result, place, fmt::format("Invalid type. Expected: {}, given: {}", type_list(part.types), given));
  }
  return fits;
}

void SchemaValidator::check_combinations(const SchemaPart& part, Value value, Result& result, const Place& place) {
  if (!part.any_of.empty()) check_any_of(part, value, result, place);
  if (!part.one_of.empty()) check_one_of(part, value, result, place);
  if (!part.all_of.empty()) check_all_of(part, value, result, place);
  if (part.negation != nullptr && check(*part.negation, value, place).is_valid()) {
    complain(result, place, "Must not validate the schema (not)");
  }
  if (value.is_map()) check_dependencies(part, value, result, place);
  if (part.condition != nullptr) check_condition(part, value, result, place);
  ++result.score;
}

void SchemaValidator::check_any_of(const SchemaPart& part, Value value, Result& result, const Place& place) {
  std::optional<Result> best;
  for (const SchemaPart* option : part.any_of) {
    Result attempt = check(*option, value, place);
    if (attempt.is_valid()) return;
    if (!best || attempt.score > best->score) best = std::move(attempt);
  }
  complain(result, place, "Must validate at least one schema (anyOf)");
  result.merge(std::move(*best));
}

void SchemaValidator::check_one_of(const SchemaPart& part, Value value, Result& result, const Place& place) {
  std::optional<Result> best;
  int valid = 0;
  for (const SchemaPart* option : part.one_of) {
    Result attempt = check(*option, value, place);
    if (attempt.is_valid()) {
      ++valid;
    } else if (valid == 0 && (!best || attempt.score > best->score)) {
      best = std::move(attempt);
    }
  }
  if (valid == 1) return;
  complain(result, place, "Must validate one and only one schema (oneOf)");
  if (valid == 0) result.merge(std::move(*best));
}

void SchemaValidator::check_all_of(const SchemaPart& part, Value value, Result& result, const Place& place) {
  bool all = true;
  for (const SchemaPart* option : part.all_of) {
    Result attempt = check(*option, value, place);
    all = all && attempt.is_valid();
    result.merge(std::move(attempt));
  }
  if (!all) complain(result, place, "Must validate all the schemas (allOf)");
}

void SchemaValidator::check_dependencies(const SchemaPart& part, Value value, Result& result, const Place& place) {
  for (const auto& [name, dependency] : part.dependencies) {
    if (value.as_map().find(name) == nullptr) continue;
    if (const auto* schema = std::get_if<const SchemaPart*>(&dependency)) {
      check_into(**schema, value, result, place);
      continue;
    }
    for (const std::string& needed : std::get<std::vector<std::string>>(dependency)) {
      if (value.as_map().find(needed) == nullptr) {
        complain(result, place, fmt::format("Has a dependency on {}", needed));
      }
    }
  }
}

void SchemaValidator::check_condition(const SchemaPart& part, Value value, Result& result, const Place& place) {
  const bool holds = check(*part.condition, value, place).is_valid();
  const SchemaPart* then = holds ? part.consequence : part.alternative;
  if (then == nullptr) return;
  Result attempt = check(*then, value, place);
  if (attempt.is_valid()) return;
  complain(result, place,
           holds ? R"(Must validate "then" as "if" was valid)" : R"(Must validate "else" as "if" was not valid)");
  result.merge(std::move(attempt));
}

void SchemaValidator::check_common(const SchemaPart& part, Value value, Result& result, const Place& place) {
  if (part.constant && canonical(value) != *part.constant) {
    complain(result, place, fmt::format("{} does not match: {}", place.str(), *part.constant));
  }
  if (!part.enumeration.empty() &&
      std::find(part.enumeration.begin(), part.enumeration.end(), canonical(value)) == part.enumeration.end()) {
    complain(result, place,
             fmt::format("{} must be one of the following: {}", place.str(), fmt::join(part.enumeration, ", ")));
  }
  // No number has any format; what is neither a number nor a text has every one.
  const bool has_format =
      part.format.empty() || (!value.is_string() && !is_number(value)) ||
      (value.is_string() ? has_schema_format(part.format, value.as_text()) : !is_schema_format(part.format));
  if (!has_format) {
    complain(result, place, fmt::format("Does not match format '{}'", part.format));
  }
  ++result.score;
}

void SchemaValidator::check_number(const SchemaPart& part, Value value, Result& result, const Place& place) {
  const auto number = ExactDecimal::of(value);
  if (number && part.multiple_of && !number->is_multiple_of(*part.multiple_of)) {
    complain(result, place, fmt::format("Must be a multiple of {}", part.multiple_of->str()));
  }
  if (number && part.maximum && *number > *part.maximum) {
    complain(result, place, fmt::format("Must be less than or equal to {}", part.maximum->str()));
  }
  if (number && part.exclusive_maximum && *number >= *part.exclusive_maximum) {
    complain(result, place, fmt::format("Must be less than {}", part.exclusive_maximum->str()));
  }
  if (number && part.minimum && *number < *part.minimum) {
    complain(result, place, fmt::format("Must be greater than or equal to {}", part.minimum->str()));
  }
  if (number && part.exclusive_minimum && *number <= *part.exclusive_minimum) {
    complain(result, place, fmt::format("Must be greater than {}", part.exclusive_minimum->str()));
  }
  ++result.score;
}

void SchemaValidator::check_string(const SchemaPart& part, std::string_view text, Result& result, const Place& place) {
  if (part.length.least || part.length.most) {
    const std::size_t length = rune_count(text);
    if (too_few(length, part.length)) {
      complain(result, place, fmt::format("String length must be greater than or equal to {}", *part.length.least));
    }
    if (too_many(length, part.length)) {
      complain(result, place, fmt::format("String length must be less than or equal to {}", *part.length.most));
    }
  }
  if (part.pattern != nullptr && !re2::RE2::PartialMatch(text, *part.pattern)) {
    complain(result, place, fmt::format("Does not match pattern '{}'", part.pattern_text));
  }
  ++result.score;
}

void SchemaValidator::check_list(const SchemaPart& part, const List& list, Result& result, const Place& place) {
  check_items(part, list, result, place);
  if (too_few(list.items.size(), part.item_count)) {
    complain(result, place, fmt::format("Array must have at least {} items", *part.item_count.least));
  }
  if (too_many(list.items.size(), part.item_count)) {
    complain(result, place, fmt::format("Array must have at most {} items", *part.item_count.most));
  }
  if (part.unique_items) check_unique(list, result, place);
  if (part.contains != nullptr) check_contains(part, list, result, place);
  ++result.score;
}

void SchemaValidator::check_items(const SchemaPart& part, const List& list, Result& result, const Place& place) {
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    const SchemaPart* schema = nullptr;
    if (part.one_for_all_items) {
      schema = part.items[0];
    } else if (i < part.items.size()) {
      schema = part.items[i];
    } else if (part.items.empty()) {
      return;
    } else if (const bool* allowed = std::get_if<bool>(&part.additional_items)) {
      if (!*allowed) complain(result, place, "No additional items allowed on array");
      return;
    } else if (const auto* rest = std::get_if<const SchemaPart*>(&part.additional_items)) {
      schema = *rest;
    }
    if (schema != nullptr) result.merge(check(*schema, list.items[i], Place{&place, fmt::to_string(i)}));
  }
}

void SchemaValidator::check_unique(const List& list, Result& result, const Place& place) {
  std::unordered_map<std::string, std::size_t> seen;
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    const auto [entry, is_new] = seen.try_emplace(canonical(list.items[i]), i);
    if (is_new) continue;
    complain(result, place, fmt::format("array items[{},{}] must be unique", entry->second, i));
    entry->second = i;
  }
}

void SchemaValidator::check_contains(const SchemaPart& part, const List& list, Result& result, const Place& place) {
  std::optional<Result> best;
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    const std::string name = fmt::to_string(i);
    Result attempt = check(*part.contains, list.items[i], Place{&place, name});
    if (attempt.is_valid()) return;
    if (!best || attempt.score > best->score) best = std::move(attempt);
  }
  complain(result, place, "At least one of the items must match");
  if (best) result.merge(std::move(*best));
}

void SchemaValidator::check_map(const SchemaPart& part, const Map& map, Result& result, const Place& place) {
  if (too_few(map.entries.size(), part.property_count)) {
    complain(result, place, fmt::format("Must have at least {} properties", *part.property_count.least));
  }
  if (too_many(map.entries.size(), part.property_count)) {
    complain(result, place, fmt::format("Must have at most {} properties", *part.property_count.most));
  }
  for (const std::string& name : part.required) {
    if (map.find(name) != nullptr) {
      ++result.score;
    } else {
      complain(result, place, fmt::format("{} is required", name));
    }
  }
  for (const auto& [name, value] : map.entries) check_member(part, name, value, result, place);
  if (part.property_names != nullptr) {
    for (const auto& [name, value] : map.entries) {
      Result attempt = check(*part.property_names, Value::string(name), place);
      if (attempt.is_valid()) continue;
      complain(result, place, fmt::format("Property name of \"{}\" does not match", name));
      result.merge(std::move(attempt));
    }
  }
  ++result.score;
}

// A member that neither `properties` nor `patternProperties` know falls under `additionalProperties`.
void SchemaValidator::check_member(const SchemaPart& part, std::string_view name, Value value, Result& result,
                                   const Place& place) {
  const Place inner{&place, name};
  bool matched = false;
  for (const auto& [pattern, schema] : part.pattern_properties) {
    if (!re2::RE2::PartialMatch(name, *pattern)) continue;
    matched = true;
    result.merge(check(*schema, value, inner));
  }
  if (matched) {
    ++result.score;
    return;
  }
  const auto by_name = [](const SchemaPart* property, std::string_view key) { return property->property < key; };
  const auto known = std::lower_bound(part.properties.begin(), part.properties.end(), name, by_name);
  if (known != part.properties.end() && (*known)->property == name) return;
  if (const bool* allowed = std::get_if<bool>(&part.additional_properties)) {
    if (!*allowed) complain(result, place, fmt::format("Additional property {} is not allowed", name));
  } else if (const auto* schema = std::get_if<const SchemaPart*>(&part.additional_properties)) {
    result.merge(check(**schema, value, inner));
  }
}

}  // namespace kyma::helm
