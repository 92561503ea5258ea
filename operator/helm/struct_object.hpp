// A Go struct as templates see it, given its fields.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "operator/helm/gotemplate/value.hpp"

namespace kyma::helm {

class StructObject : public gotemplate::Object {
 public:
  StructObject(const gotemplate::Type& type, std::vector<Field> fields) : type_(type), fields_(std::move(fields)) {}

  const gotemplate::Type& type() const noexcept override { return type_; }
  std::vector<Field> fields() const override { return fields_; }
  std::optional<gotemplate::Value> field(std::string_view name) const override {
    for (const Field& field : fields_) {
      if (field.name == name) return field.value;
    }
    return std::nullopt;
  }

 private:
  const gotemplate::Type& type_;
  std::vector<Field> fields_;
};

}  // namespace kyma::helm
