#include "operator/helm/formats/semver.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "operator/helm/formats/semver_scan.hpp"

namespace kyma::helm {
namespace {

using semver::kDigits;
using semver::kIdentifier;

bool consists_of(std::string_view text, std::string_view characters) {
  return text.find_first_not_of(characters) == std::string_view::npos;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == text.npos) return parts;
    text.remove_prefix(end + 1);
  }
}

// strconv.ParseUint of a text of digits; nothing when out of range.
std::optional<std::uint64_t> to_number(std::string_view digits) {
  std::uint64_t number = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (read.ec != std::errc{}) return std::nullopt;
  return number;
}

std::uint64_t segment(std::string_view digits, std::string_view prefix) {
  if (const auto number = to_number(digits)) return *number;
  const std::string_view reason = digits.empty() ? "invalid syntax" : "value out of range";
  throw FormatError(fmt::format("{}strconv.ParseUint: parsing \"{}\": {}", prefix, digits, reason));
}

void check_prerelease(std::string_view prerelease) {
  for (const std::string_view part : split(prerelease, '.')) {
    if (consists_of(part, kDigits)) {
      if (part.size() > 1 && part.front() == '0') throw FormatError("Version segment starts with 0");
    } else if (!consists_of(part, kIdentifier)) {
      throw FormatError("Invalid Prerelease string");
    }
  }
}

void check_metadata(std::string_view metadata) {
  for (const std::string_view part : split(metadata, '.')) {
    if (!consists_of(part, kIdentifier)) throw FormatError("Invalid Metadata string");
  }
}

}  // namespace

Version Version::parse(std::string_view text) {
  std::string_view rest = text;
  const auto pattern = semver::take_pattern(rest, kDigits);
  if (!pattern || !rest.empty()) throw FormatError("Invalid Semantic Version");
  constexpr std::string_view kContext = "Error parsing version segment: ";
  Version version;
  version.original_ = text;
  version.major_ = segment(pattern->numbers[0], kContext);
  if (!pattern->numbers[1].empty()) version.minor_ = segment(pattern->numbers[1], kContext);
  if (!pattern->numbers[2].empty()) version.patch_ = segment(pattern->numbers[2], kContext);
  if (!pattern->prerelease.empty()) {
    version.prerelease_ = pattern->prerelease.substr(1);
    check_prerelease(version.prerelease_);
  }
  if (!pattern->metadata.empty()) version.metadata_ = pattern->metadata.substr(1);
  return version;
}

Version Version::parse_strict(std::string_view text) {
  if (text.empty()) throw FormatError("Version string empty");
  const std::size_t first = text.find('.');
  const std::size_t second = first == text.npos ? text.npos : text.find('.', first + 1);
  if (second == text.npos) throw FormatError("Invalid Semantic Version");
  std::string_view numbers[] = {text.substr(0, first), text.substr(first + 1, second - first - 1),
                                text.substr(second + 1)};
  Version version;
  version.original_ = text;
  const auto cut = [&numbers](char separator, std::string& part) {
    const std::size_t at = numbers[2].find(separator);
    if (at == std::string_view::npos) return false;
    part = numbers[2].substr(at + 1);
    numbers[2] = numbers[2].substr(0, at);
    return true;
  };
  if (cut('+', version.metadata_)) check_metadata(version.metadata_);
  if (cut('-', version.prerelease_)) check_prerelease(version.prerelease_);
  for (const std::string_view number : numbers) {
    if (!consists_of(number, kDigits)) throw FormatError("Invalid characters in version");
    if (number.size() > 1 && number.front() == '0') throw FormatError("Version segment starts with 0");
  }
  version.major_ = segment(numbers[0], "");
  version.minor_ = segment(numbers[1], "");
  version.patch_ = segment(numbers[2], "");
  return version;
}

std::string Version::str() const {
  std::string text = fmt::format("{}.{}.{}", major_, minor_, patch_);
  if (!prerelease_.empty()) text.append("-").append(prerelease_);
  if (!metadata_.empty()) text.append("+").append(metadata_);
  return text;
}

void Version::set_original(const Version& from) {
  const bool has_v = from.original_.starts_with('v') || from.original_.starts_with('V');
  original_ = (has_v ? from.original_.substr(0, 1) : std::string()) + str();
}

Version Version::derived(std::uint64_t major, std::uint64_t minor, std::uint64_t patch) const {
  Version next;
  next.major_ = major;
  next.minor_ = minor;
  next.patch_ = patch;
  next.set_original(*this);
  return next;
}

Version Version::next_major() const { return derived(major_ + 1, 0, 0); }
Version Version::next_minor() const { return derived(major_, minor_ + 1, 0); }
Version Version::next_patch() const { return derived(major_, minor_, prerelease_.empty() ? patch_ + 1 : patch_); }

Version Version::with_prerelease(std::string_view prerelease) const {
  if (!prerelease.empty()) check_prerelease(prerelease);
  Version next = *this;
  next.prerelease_ = prerelease;
  next.set_original(*this);
  return next;
}

Version Version::with_metadata(std::string_view metadata) const {
  if (!metadata.empty()) check_metadata(metadata);
  Version next = *this;
  next.metadata_ = metadata;
  next.set_original(*this);
  return next;
}

namespace {

std::weak_ordering compare_identifiers(std::string_view a, std::string_view b) {
  if (a == b) return std::weak_ordering::equivalent;
  if (a.empty()) return std::weak_ordering::less;
  if (b.empty()) return std::weak_ordering::greater;
  const auto a_number = consists_of(a, kDigits) ? to_number(a) : std::nullopt;
  const auto b_number = consists_of(b, kDigits) ? to_number(b) : std::nullopt;
  if (a_number && b_number) return *a_number > *b_number ? std::weak_ordering::greater : std::weak_ordering::less;
  if (a_number || b_number) return a_number ? std::weak_ordering::less : std::weak_ordering::greater;
  return a > b ? std::weak_ordering::greater : std::weak_ordering::less;
}

// A release comes after its pre-releases.
std::weak_ordering compare_prereleases(std::string_view a, std::string_view b) {
  if (a == b) return std::weak_ordering::equivalent;
  if (a.empty()) return std::weak_ordering::greater;
  if (b.empty()) return std::weak_ordering::less;
  const auto next_part = [](std::string_view& text) {
    const std::string_view part = text.substr(0, text.find('.'));
    text.remove_prefix(std::min(part.size() + 1, text.size()));
    return part;
  };
  while (!a.empty() || !b.empty()) {
    const auto order = compare_identifiers(next_part(a), next_part(b));
    if (std::is_neq(order)) return order;
  }
  return std::weak_ordering::equivalent;
}

}  // namespace

std::weak_ordering Version::operator<=>(const Version& other) const noexcept {
  if (major_ != other.major_) return major_ <=> other.major_;
  if (minor_ != other.minor_) return minor_ <=> other.minor_;
  if (patch_ != other.patch_) return patch_ <=> other.patch_;
  return compare_prereleases(prerelease_, other.prerelease_);
}

}  // namespace kyma::helm
