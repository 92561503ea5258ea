#include <fmt/format.h>

#include <cmath>

#include "operator/apiserver/schema_node.hpp"

namespace kyma::apiserver {
namespace {

constexpr double kMaxJsonInteger = 9007199254740991.0;

// Some hundred milliseconds: an object of the largest size takes a tenth of it, unless its schema makes every item pass
// thousands of alternatives. Units: values looked at, alternatives compared, 16 bytes of text matched.
constexpr std::size_t kMaxWork = 8'000'000;
constexpr std::size_t kWorkOfReport = 50;
constexpr std::size_t kTextPerUnit = 16;

bool is_integral(double number) { return std::trunc(number) == number && std::abs(number) <= kMaxJsonInteger; }

std::uint64_t count_runes(std::string_view text) {
  std::uint64_t runes = 0;
  for (const char c : text) runes += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return runes;
}

// One walk of a value along a schema. Without `causes` it only finds the verdict and stops at the first fault.
class Walk {
 public:
  // `work` counts what all walks over one object do.
  Walk(std::vector<kube::StatusCause>* causes, std::size_t& work) : causes_(causes), work_(work) {}

  // True when the value is valid.
  bool check(const SchemaNode& node, const json::Value& value, const FieldPath& path) {
    const bool was_valid = std::exchange(valid_, true);
    check_value(node, value, path);
    const bool is_valid = valid_;
    valid_ = was_valid && is_valid;
    return is_valid;
  }

 private:
  bool is_tired() const { return work_ > kMaxWork; }
  bool stop() const { return is_tired() || (!valid_ && (causes_ == nullptr || causes_->size() >= kMaxCauses)); }

  template <class Make>
  void fault(Make&& make) {
    valid_ = false;
    if (causes_ != nullptr && causes_->size() < kMaxCauses) causes_->push_back(make());
  }
  // A fault that is worded "<path> in body should ...".
  template <class... Args>
  void body_fault(const FieldPath& path, std::string_view shown, fmt::format_string<Args...> text, Args&&... args) {
    fault([&] {
      const std::string field = path.str();
      return cause::invalid(field, shown, field + " in body " + fmt::format(text, std::forward<Args>(args)...));
    });
  }
  // A fault of a combination of schemas has no field of its own.
  void combination_fault(const FieldPath& path, std::string_view what) {
    fault([&] { return cause::invalid("<nil>", "\"\"", go_quote(path.str()) + " must " + std::string(what)); });
  }

  void check_value(const SchemaNode& node, const json::Value& value, const FieldPath& path) {
    ++work_;
    if (!has_type(node, value)) wrong_type(node, value, path);
    if (value.IsNull()) {
      check_enum(node, value, path);
      return;
    }
    if (!node.any_of.empty() || !node.one_of.empty() || !node.all_of.empty() || node.negated) {
      check_combinations(node, value, path);
    }
    if (stop()) return;
    if (value.IsString()) {
      check_string(node, json::view(value), path);
    } else if (value.IsNumber()) {
      check_number(node, value, path);
    } else if (value.IsArray()) {
      check_array(node, value, path);
    }
    check_enum(node, value, path);
    if (value.IsObject()) check_object(node, value, path);
  }

  static bool has_type(const SchemaNode& node, const json::Value& value) {
    if (node.types == 0) return true;
    switch (value.GetType()) {
      case rapidjson::kNullType: return node.nullable;
      case rapidjson::kObjectType: return (node.types & kObject) != 0;
      case rapidjson::kArrayType: return (node.types & kArray) != 0;
      case rapidjson::kStringType: return (node.types & kString) != 0;
      case rapidjson::kNumberType:
        if ((node.types & kNumber) != 0) return true;
        return (node.types & kInteger) != 0 && (value.IsInt64() || is_integral(value.GetDouble()));
      default: return (node.types & kBoolean) != 0;
    }
  }

  void wrong_type(const SchemaNode& node, const json::Value& value, const FieldPath& path) {
    fault([&] {
      const std::string field = path.str();
      const std::string found = go_quote(type_name(value));
      return cause::type_invalid(field, found,
                                 fmt::format("{} in body must be of type {}: {}", field, node.type_text, found));
    });
  }

  void check_string(const SchemaNode& node, std::string_view text, const FieldPath& path) {
    if (node.max_length && text.size() > *node.max_length && count_runes(text) > *node.max_length) {
      fault([&] { return cause::too_long(path.str(), *node.max_length); });
    }
    if (node.min_length && (text.size() < *node.min_length || count_runes(text) < *node.min_length)) {
      body_fault(path, go_quote(text), "should be at least {} chars long", *node.min_length);
    }
    if (node.pattern || node.format != nullptr) work_ += text.size() / kTextPerUnit;
    if (node.pattern && !node.pattern->Match(text, 0, text.size(), RE2::UNANCHORED, nullptr, 0)) {
      body_fault(path, go_quote(text), "should match '{}'", node.pattern_text);
    }
    if (node.format != nullptr && !node.format->matches(text)) {
      fault([&] {
        const std::string field = path.str();
        const std::string found = go_quote(text);
        return cause::type_invalid(field, found,
                                   fmt::format("{} in body must be of type {}: {}", field, node.format_text, found));
      });
    }
  }

  void check_number(const SchemaNode& node, const json::Value& value, const FieldPath& path) {
    if (!node.multiple_of && !node.maximum && !node.minimum) return;
    // An integer is compared with the whole part of a limit, as the API does it.
    const bool integral = value.IsInt64();
    const double number = value.GetDouble();
    const auto limit = [&](double bound) { return integral ? std::trunc(bound) : bound; };
    if (node.multiple_of && *node.multiple_of > 0) {
      const double factor = *node.multiple_of;
      const double multiple = factor < 1 ? number * (1 / factor) : number / factor;
      if (!is_integral(multiple)) {
        body_fault(path, printed(value), "should be a multiple of {}", go_number(factor));
      }
    }
    if (node.maximum) {
      const double bound = limit(*node.maximum);
      if (node.exclusive_maximum ? number >= bound : number > bound) {
        body_fault(path, printed(value), "should be less than {}{}", node.exclusive_maximum ? "" : "or equal to ",
                   go_number(bound));
      }
    }
    if (node.minimum) {
      const double bound = limit(*node.minimum);
      if (node.exclusive_minimum ? number <= bound : number < bound) {
        body_fault(path, printed(value), "should be greater than {}{}", node.exclusive_minimum ? "" : "or equal to ",
                   go_number(bound));
      }
    }
  }

  void check_array(const SchemaNode& node, const json::Value& value, const FieldPath& path) {
    if (node.items) {
      for (rapidjson::SizeType i = 0; i < value.Size() && !stop(); ++i) {
        check_value(*node.items, value[i], FieldPath(path, i));
      }
    }
    if (node.min_items && value.Size() < *node.min_items) {
      body_fault(path, fmt::to_string(value.Size()), "should have at least {} items", *node.min_items);
    }
    if (node.max_items && value.Size() > *node.max_items) {
      fault([&] { return cause::too_many(path.str(), value.Size(), *node.max_items); });
    }
  }

  void check_enum(const SchemaNode& node, const json::Value& value, const FieldPath& path) {
    if (!node.enumeration) return;
    work_ += node.enumeration->Size() / 4;
    for (const json::Value& allowed : node.enumeration->GetArray()) {
      if (allowed.GetType() != value.GetType()) continue;
      if (allowed.IsString() ? json::view(allowed) == json::view(value) : json::equal(allowed, value)) return;
    }
    fault([&] {
      std::vector<std::string> supported;
      for (const json::Value& allowed : node.enumeration->GetArray()) {
        supported.push_back(allowed.IsString() ? std::string(json::view(allowed)) : json::to_string(allowed));
      }
      return cause::not_supported(path.str(), printed(value),
                                  std::vector<std::string_view>(supported.begin(), supported.end()));
    });
  }

  void check_object(const SchemaNode& node, const json::Value& value, const FieldPath& path) {
    if (node.min_properties && value.MemberCount() < *node.min_properties) {
      body_fault(path, fmt::to_string(value.MemberCount()), "should have at least {} properties", *node.min_properties);
      return;
    }
    if (node.max_properties && value.MemberCount() > *node.max_properties) {
      fault([&] { return cause::too_many(path.str(), value.MemberCount(), *node.max_properties); });
      return;
    }
    if (!node.properties.empty() || node.additional) {
      for (const auto& member : value.GetObject()) {
        if (stop()) return;
        const std::string_view name = json::view(member.name);
        if (const SchemaNode* known = node.property(name); known != nullptr) {
          check_value(*known, member.value, FieldPath(path, name));
        } else if (node.additional) {
          check_value(*node.additional, member.value, FieldPath(path, name));
        }
      }
    }
    if (node.required.empty()) return;
    const MemberNames names(value);
    for (const std::string& name : node.required) {
      if (!names.contains(name)) fault([&] { return cause::required(FieldPath(path, name).str()); });
    }
  }

  void check_combinations(const SchemaNode& node, const json::Value& value, const FieldPath& path) {
    const auto holds = [&](const SchemaNode& branch) { return Walk(nullptr, work_).check(branch, value, path); };
    if (!node.any_of.empty()) {
      bool any = false;
      for (const SchemaNode& branch : node.any_of) any = any || is_tired() || holds(branch);
      if (!any) {
        combination_fault(path, "validate at least one schema (anyOf)");
        report_nearest(node.any_of, value, path);
      }
    }
    if (!node.one_of.empty()) {
      std::size_t matches = 0;
      for (const SchemaNode& branch : node.one_of) matches += !is_tired() && holds(branch) ? 1 : 0;
      if (matches != 1) {
        combination_fault(path, matches == 0 ? "validate one and only one schema (oneOf). Found none valid"
                                             : fmt::format("validate one and only one schema (oneOf). Found {} valid "
                                                           "alternatives",
                                                           matches));
        if (matches == 0) report_nearest(node.one_of, value, path);
      }
    }
    if (!node.all_of.empty()) check_all_of(node, value, path);
    if (node.negated && holds(*node.negated)) combination_fault(path, "not validate the schema (not)");
  }

  void check_all_of(const SchemaNode& node, const json::Value& value, const FieldPath& path) {
    std::size_t matches = 0;
    for (const SchemaNode& branch : node.all_of) {
      if (stop()) return;
      matches += check(branch, value, path) ? 1 : 0;
    }
    if (matches == node.all_of.size()) return;
    combination_fault(
        path, matches == 0 ? "validate all the schemas (allOf). None validated" : "validate all the schemas (allOf)");
  }

  // Of several schemas none of which holds, says what the one that was missed least complains of.
  void report_nearest(const std::vector<SchemaNode>& branches, const json::Value& value, const FieldPath& path) {
    if (causes_ == nullptr) return;
    std::vector<kube::StatusCause> nearest;
    for (const SchemaNode& branch : branches) {
      if (is_tired()) return;
      work_ += kWorkOfReport;
      std::vector<kube::StatusCause> found;
      Walk(&found, work_).check(branch, value, path);
      if (nearest.empty() || found.size() < nearest.size()) nearest = std::move(found);
    }
    for (kube::StatusCause& found : nearest) {
      fault([&] { return std::move(found); });
    }
  }

  std::vector<kube::StatusCause>* causes_;
  std::size_t& work_;
  bool valid_ = true;
};

}  // namespace

bool validate_schema(const SchemaNode& node, const json::Value& value, std::size_t& work,
                     std::vector<kube::StatusCause>& causes) {
  Walk(&causes, work).check(node, value, FieldPath());
  if (work <= kMaxWork) return true;
  causes = {cause::forbidden("<nil>",
                             "the object takes too much work to be validated: it has very many values that the schema "
                             "compares with very many alternatives")};
  return false;
}

void validate_embedded(const SchemaNode& node, const json::Value& value, const FieldPath& path,
                       std::vector<kube::StatusCause>& causes) {
  if (!node.embedded_within || causes.size() >= kMaxCauses) return;
  if (value.IsArray()) {
    if (!node.items) return;
    for (rapidjson::SizeType i = 0; i < value.Size(); ++i) {
      validate_embedded(*node.items, value[i], FieldPath(path, i), causes);
    }
  }
  if (!value.IsObject()) return;
  if (node.embedded) {
    for (const std::string_view name : {"apiVersion", "kind"}) {
      const json::Value* text = json::find(value, name);
      const std::string field = FieldPath(path, name).str();
      if (text == nullptr || (text->IsString() && text->GetStringLength() == 0)) {
        causes.push_back(cause::required(field));
      } else if (!text->IsString()) {
        causes.push_back(cause::invalid(field, printed(*text), "must be a string"));
      }
    }
    const json::Value* metadata = json::find(value, "metadata");
    if (metadata != nullptr && !metadata->IsObject()) {
      causes.push_back(cause::invalid(FieldPath(path, "metadata").str(), printed(*metadata), "must be an object"));
    }
  }
  for (const auto& member : value.GetObject()) {
    const std::string_view name = json::view(member.name);
    if (const SchemaNode* known = node.property(name); known != nullptr) {
      validate_embedded(*known, member.value, FieldPath(path, name), causes);
    } else if (node.additional) {
      validate_embedded(*node.additional, member.value, FieldPath::key(path, name), causes);
    }
  }
}

}  // namespace kyma::apiserver
