#include "operator/apiserver/type_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>
#include <utility>

#include "operator/apiserver/type_text.hpp"

namespace kyma::apiserver {
namespace {

constexpr std::string_view kCore = "io.k8s.api.core.v1";
constexpr std::string_view kMeta = "io.k8s.apimachinery.pkg.apis.meta.v1";
constexpr std::string_view kExtensions = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1";

constexpr std::array<std::pair<std::string_view, FieldType>, 11> kScalars = {{{"text", FieldType::text},
                                                                              {"int", FieldType::int32},
                                                                              {"long", FieldType::int64},
                                                                              {"number", FieldType::number},
                                                                              {"bool", FieldType::boolean},
                                                                              {"bytes", FieldType::bytes},
                                                                              {"time", FieldType::time},
                                                                              {"micro", FieldType::micro_time},
                                                                              {"quantity", FieldType::quantity},
                                                                              {"intstr", FieldType::int_or_string},
                                                                              {"any", FieldType::any}}};

std::string type_key(std::string_view package, std::string_view name) { return fmt::format("{}.{}", package, name); }

// Takes the text up to the separator (and the separator) off the front.
std::string_view take(std::string_view& text, char separator) {
  const auto end = text.find(separator);
  const auto part = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return part;
}

template <class Number>
Number to_number(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) {
    throw std::logic_error(fmt::format("type table: not a number: {}", text));
  }
  return number;
}

}  // namespace

// Reads the notation of type_text.hpp. A mistake in it is a mistake in the program.
class TypeTextReader {
 public:
  explicit TypeTextReader(TypeTable& table) : table_(table) {}

  void read(std::string_view text) {
    while (!text.empty()) {
      const auto line = take(text, '\n');
      if (line.empty()) continue;
      if (line.starts_with("package "))
        package_ = line.substr(8);
      else if (line.front() >= '0' && line.front() <= '9')
        read_field(line);
      else
        read_type(line);
    }
  }

  // Once all texts are read: from names to types.
  void resolve() {
    for (const auto& [field, reference] : references_) {
      auto& found = field.first->fields[field.second];
      found.object = lookup(field.first->package, reference);
    }
    for (auto& type : table_.types_) {
      add_members(type, type.members);
      std::sort(type.members.begin(), type.members.end(), [](auto* a, auto* b) { return a->name < b->name; });
    }
  }

 private:
  void read_type(std::string_view line) {
    auto& type = table_.types_.emplace_back();
    const auto colon = line.find(" : ");
    type.package = package_;
    auto head = line.substr(0, colon);
    type.name = take(head, ' ');
    type.atomic = head == "atomic";
    if (colon != std::string_view::npos) type.description = line.substr(colon + 3);
    table_.by_name_.emplace(type_key(type.package, type.name), &type);
  }

  void read_field(std::string_view line) {
    auto& type = table_.types_.back();
    auto& field = type.fields.emplace_back();
    if (const auto colon = line.find(" : "); colon != std::string_view::npos) {
      field.description = line.substr(colon + 3);
      line = line.substr(0, colon);
    }
    field.number = to_number<unsigned>(take(line, ' '));
    field.name = take(line, ' ');
    field.inlined = field.name == "~";
    read_field_type(take(line, ' '), field, type);
    while (!line.empty()) read_attribute(take(line, ' '), field);
  }

  void read_field_type(std::string_view text, FieldDef& field, TypeDef& type) {
    field.required = text.ends_with('!');
    if (field.required) text.remove_suffix(1);
    field.nullable = text.ends_with('*');
    if (field.nullable) text.remove_suffix(1);
    if (text.front() == '[' || text.front() == '{') {
      field.form = text.front() == '[' ? FieldForm::list : FieldForm::map;
      text = text.substr(1, text.size() - 2);
    }
    const auto scalar = std::find_if(kScalars.begin(), kScalars.end(), [&](const auto& s) { return s.first == text; });
    if (scalar != kScalars.end()) {
      field.type = scalar->second;
      return;
    }
    field.type = FieldType::object;
    references_.push_back({{&type, type.fields.size() - 1}, text});
  }

  void read_attribute(std::string_view text, FieldDef& field) {
    if (text.starts_with("by=")) {
      field.merges = true;
      field.merge_key = text.substr(3);
    } else if (text == "set") {
      field.merges = true;
    } else if (text == "replace") {
      field.replaces = true;
    } else if (text == "atomic") {
      field.atomic = true;
    } else if (text == "unique") {
      field.is_set = true;
    } else if (text.starts_with("keys=")) {
      for (text.remove_prefix(5); !text.empty();) field.list_keys.push_back(take(text, '|'));
    } else if (text.starts_with("in=")) {
      for (text.remove_prefix(3); !text.empty();) field.choices.push_back(take(text, '|'));
    } else if (text.starts_with("min=")) {
      field.minimum = to_number<std::int64_t>(text.substr(4));
    } else if (text.starts_with("max=")) {
      field.maximum = to_number<std::int64_t>(text.substr(4));
    } else if (text.starts_with('=')) {
      field.fallback = &table_.fallbacks_.emplace_back(json::parse(text.substr(1)).value());
    } else if (text != "retain") {  // which only says that clients send $retainKeys, and that is obeyed anywhere
      throw std::logic_error(fmt::format("type table: unknown attribute: {}", text));
    }
  }

  const TypeDef* lookup(std::string_view package, std::string_view name) const {
    for (const auto candidate : {package, kCore, kMeta}) {
      if (const auto* type = table_.find(candidate, name)) return type;
    }
    throw std::logic_error(fmt::format("type table: {} refers to an unknown type: {}", package, name));
  }

  static void add_members(const TypeDef& type, std::vector<const FieldDef*>& members) {
    for (const auto& field : type.fields) {
      if (field.inlined)
        add_members(*field.object, members);
      else
        members.push_back(&field);
    }
  }

  TypeTable& table_;
  std::string_view package_;
  // By index: a type's fields move while they are read.
  std::vector<std::pair<std::pair<TypeDef*, std::size_t>, std::string_view>> references_;
};

std::vector<std::string_view> FieldDef::apply_keys() const {
  if (!list_keys.empty()) return list_keys;
  return merge_key.empty() ? std::vector<std::string_view>() : std::vector{merge_key};
}

const FieldDef* TypeDef::member(std::string_view member_name) const noexcept {
  const auto found = std::lower_bound(members.begin(), members.end(), member_name,
                                      [](const auto* field, std::string_view wanted) { return field->name < wanted; });
  return found != members.end() && (*found)->name == member_name ? *found : nullptr;
}

std::string TypeDef::full_name() const { return type_key(package, name); }

const TypeTable& TypeTable::instance() {
  static const TypeTable* const kTable = [] {
    auto* table = new TypeTable;  // never destroyed: resources refer to it until the end
    TypeTextReader reader(*table);
    for (const auto text : {type_text::kMetaTypes, type_text::kPodTypes, type_text::kVolumeTypes, type_text::kNodeTypes,
                            type_text::kCoreTypes, type_text::kAppsTypes, type_text::kBatchTypes,
                            type_text::kNetworkingTypes, type_text::kRbacTypes, type_text::kAutoscalingTypes,
                            type_text::kClusterTypes, type_text::kCrdTypes, type_text::kReviewTypes}) {
      reader.read(text);
    }
    reader.resolve();
    return table;
  }();
  return *kTable;
}

const TypeDef* TypeTable::find(std::string_view package, std::string_view name) const {
  const auto found = by_name_.find(type_key(package, name));
  return found == by_name_.end() ? nullptr : found->second;
}

const TypeDef* TypeTable::find_kind(std::string_view api_version, std::string_view kind) const {
  if (kind == "DeleteOptions") return find(kMeta, kind);
  const auto slash = api_version.find('/');
  const bool core = slash == std::string_view::npos;
  const auto* type = find(
      type_package(core ? "" : api_version.substr(0, slash), core ? api_version : api_version.substr(slash + 1)), kind);
  return type && !type->fields.empty() && type->fields.front().number != 0 ? type : nullptr;
}

std::string type_package(std::string_view group, std::string_view version) {
  if (group.empty()) return fmt::format("io.k8s.api.core.{}", version);
  if (group == "apiextensions.k8s.io") return std::string(kExtensions);
  return fmt::format("io.k8s.api.{}.{}", group.substr(0, group.find('.')), version);
}

}  // namespace kyma::apiserver
