// Validation causes in the API's words: the type, the message ("Invalid value: 11: ...") and the field of each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "operator/kube/meta/error.hpp"
#include "operator/kube/meta/json.hpp"

namespace kyma::apiserver {

// A body of megabytes can be one key, under which a hundred thousand things are wrong: longer paths are cut, and
// further fields are not named.
inline constexpr std::size_t kMaxFieldPathBytes = 1024;
// As many as Kubernetes' decoder collects.
inline constexpr std::size_t kMaxNamedFields = 100;
// A hostile list of a million wrong items need not be answered with a million sentences.
using kube::kMaxCauses;

// Where a value is in an object: a chain of frames on the stack, written out only when something is wrong there.
class FieldPath {
 public:
  FieldPath() = default;  // the root
  FieldPath(const FieldPath& parent, std::string_view name) : parent_(&parent), name_(name) {}
  FieldPath(const FieldPath& parent, std::size_t index) : parent_(&parent), index_(index), form_(Form::index) {}
  // A key of a free map: "spec.labels[key]".
  static FieldPath key(const FieldPath& parent, std::string_view key) {
    FieldPath path(parent, key);
    path.form_ = Form::key;
    return path;
  }

  bool root() const noexcept { return parent_ == nullptr; }
  // "spec.components[0].name", "" for the root; cut, with "..." at its end, behind kMaxFieldPathBytes.
  std::string str() const;

 private:
  enum class Form { name, key, index };
  const FieldPath* parent_ = nullptr;
  std::string_view name_;
  std::size_t index_ = 0;
  Form form_ = Form::name;
};

// What JSON calls the type of a value, numbers apart: "integer" or "number".
std::string_view type_name(const json::Value& value);
std::string go_quote(std::string_view text);    // "a\"b"
std::string go_number(double number);           // 10, 0.5, 1e+21
std::string printed(const json::Value& value);  // a value as a message shows it: strings quoted, the rest as JSON

namespace cause {

// `shown` is the offending value as printed() or go_quote() give it.
kube::StatusCause required(std::string field, std::string_view detail = {});
kube::StatusCause invalid(std::string field, std::string_view shown, std::string_view detail);
kube::StatusCause type_invalid(std::string field, std::string_view shown, std::string_view detail);
kube::StatusCause not_supported(std::string field, std::string_view shown, std::span<const std::string_view> supported);
kube::StatusCause duplicate(std::string field, std::string_view shown);
kube::StatusCause forbidden(std::string field, std::string_view detail);
kube::StatusCause too_long(std::string field, std::uint64_t max_length);
kube::StatusCause too_many(std::string field, std::uint64_t actual, std::uint64_t max_items);

}  // namespace cause

}  // namespace kyma::apiserver
