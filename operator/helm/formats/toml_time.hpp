// A date or time read from TOML, as Go's time.Time with the location that BurntSushi/toml gives it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "operator/helm/gotemplate/value.hpp"

namespace kyma::helm {

extern const gotemplate::Type kTomlTimeType;

class TomlTime final : public gotemplate::Object {
 public:
  // "1979-05-27T07:32:00Z", "1979-05-27 07:32:00.5", "1979-05-27", "07:32:00"; nothing when it is none of them.
  static std::optional<TomlTime> parse(std::string_view text);

  const gotemplate::Type& type() const noexcept override { return kTomlTimeType; }
  std::optional<std::string> text() const override { return text_; }
  std::optional<std::string> json() const override { return '"' + json_ + '"'; }
  bool equals(const gotemplate::Object& other) const override;
  // As TOML writes it: a local time has no offset.
  const std::string& toml() const noexcept { return toml_; }

 private:
  TomlTime() = default;

  std::string text_;
  std::string json_;
  std::string toml_;
};

}  // namespace kyma::helm
