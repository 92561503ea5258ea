// Semantic versions and constraints as Masterminds/semver 3.3 has them.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "operator/helm/formats/json.hpp"

namespace kyma::helm {

class Version {
 public:
  // NewVersion: a leading v and missing minor or patch are accepted. Throws FormatError ("Invalid Semantic Version").
  static Version parse(std::string_view text);
  // StrictNewVersion. Throws FormatError.
  static Version parse_strict(std::string_view text);

  std::uint64_t major() const noexcept { return major_; }
  std::uint64_t minor() const noexcept { return minor_; }
  std::uint64_t patch() const noexcept { return patch_; }
  const std::string& prerelease() const noexcept { return prerelease_; }
  const std::string& metadata() const noexcept { return metadata_; }
  const std::string& original() const noexcept { return original_; }
  std::string str() const;  // normalised: "v1.2" is "1.2.0"

  // The next version of its level; all that is below is gone. A pre-release's next patch is its release.
  Version next_major() const;
  Version next_minor() const;
  Version next_patch() const;
  // Throws FormatError for what is no pre-release or build metadata.
  Version with_prerelease(std::string_view prerelease) const;
  Version with_metadata(std::string_view metadata) const;

  // Build metadata does not count.
  std::weak_ordering operator<=>(const Version& other) const noexcept;
  bool operator==(const Version& other) const noexcept { return std::is_eq(*this <=> other); }

 private:
  // Its original is its normalised text behind the v that this one's had.
  Version derived(std::uint64_t major, std::uint64_t minor, std::uint64_t patch) const;
  void set_original(const Version& from);

  std::uint64_t major_ = 0;
  std::uint64_t minor_ = 0;
  std::uint64_t patch_ = 0;
  std::string prerelease_;
  std::string metadata_;
  std::string original_;
};

class Constraint {
 public:
  // Throws FormatError ("improper constraint: X").
  static Constraint parse(std::string_view text);
  bool allows(const Version& version) const;

 private:
  // What a term's version leaves open, by a wildcard or by saying nothing: "*", "1.x", "1.2".
  enum class Open { nothing, patch, minor, all };
  enum class Operator { tilde_or_equal, not_equal, greater, less, greater_equal, less_equal, tilde, caret };
  struct Term {
    Operator op = Operator::tilde_or_equal;
    Version version;
    Open open = Open::nothing;
  };

  static Term parse_term(std::string_view text);
  static Operator parse_operator(std::string_view text);
  static bool allows(const Term& term, const Version& version);
  static bool allows_not_equal(const Term& term, const Version& version);
  static bool allows_greater(const Term& term, const Version& version);
  static bool allows_less_equal(const Term& term, const Version& version);
  static bool allows_tilde(const Term& term, const Version& version);
  static bool allows_caret(const Term& term, const Version& version);

  std::vector<std::vector<Term>> alternatives_;  // any of them, all of its terms
};

}  // namespace kyma::helm
