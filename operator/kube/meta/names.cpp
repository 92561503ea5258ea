#include "operator/kube/meta/names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

namespace kyma::kube {
namespace {

constexpr std::size_t kLabelLength = 63;
constexpr std::size_t kSubdomainLength = 253;

// The wording and the expressions are part of the API; the checks below are the expressions, written out.
constexpr std::string_view kDnsLabel =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with "
    "an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
constexpr std::string_view kDnsSubdomain =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and "
    "end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
constexpr std::string_view kQualifiedName =
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
    "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
    "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
constexpr std::string_view kLabelValue =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and "
    "end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

bool is_lower_alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
bool is_alphanumeric(char c) { return is_lower_alphanumeric(c) || (c >= 'A' && c <= 'Z'); }

bool is_dns_label(std::string_view text) {
  return !text.empty() && is_lower_alphanumeric(text.front()) && is_lower_alphanumeric(text.back()) &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_lower_alphanumeric(c) || c == '-'; });
}

bool is_dns_subdomain(std::string_view text) {
  while (true) {
    const auto dot = text.find('.');
    if (!is_dns_label(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

bool is_qualified_name(std::string_view text) {
  return !text.empty() && is_alphanumeric(text.front()) && is_alphanumeric(text.back()) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return is_alphanumeric(c) || c == '-' || c == '_' || c == '.'; });
}

// Several findings are joined as Kubernetes joins them for one field.
void add(std::string& findings, std::string_view prefix, std::string_view finding) {
  if (!findings.empty()) findings += "; ";
  findings += prefix;
  findings += finding;
}

std::string too_long(std::size_t limit) { return fmt::format("must be no more than {} bytes", limit); }

void check_subdomain(std::string& findings, std::string_view prefix, std::string_view text) {
  if (text.size() > kSubdomainLength) add(findings, prefix, too_long(kSubdomainLength));
  if (!is_dns_subdomain(text)) add(findings, prefix, kDnsSubdomain);
}

}  // namespace

std::string check_dns1123_label(std::string_view text) {
  std::string findings;
  if (text.size() > kLabelLength) add(findings, "", too_long(kLabelLength));
  if (!is_dns_label(text)) add(findings, "", is_dns_subdomain(text) ? "must not contain dots" : kDnsLabel);
  return findings;
}

std::string check_dns1123_subdomain(std::string_view text) {
  std::string findings;
  check_subdomain(findings, "", text);
  return findings;
}

std::string check_label_key(std::string_view text) {
  std::string findings;
  std::string_view name = text;
  if (const auto slash = text.find('/'); slash != std::string_view::npos) {
    const std::string_view prefix = text.substr(0, slash);
    name = text.substr(slash + 1);
    if (name.find('/') != std::string_view::npos) {
      return fmt::format(
          "a qualified name {} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
          kQualifiedName);
    }
    if (prefix.empty()) {
      add(findings, "prefix part ", "must be non-empty");
    } else {
      check_subdomain(findings, "prefix part ", prefix);
    }
  }
  if (name.empty()) {
    add(findings, "name part ", "must be non-empty");
  } else if (name.size() > kLabelLength) {
    add(findings, "name part ", too_long(kLabelLength));
  }
  if (!is_qualified_name(name)) add(findings, "name part ", kQualifiedName);
  return findings;
}

std::string check_label_value(std::string_view text) {
  std::string findings;
  if (text.size() > kLabelLength) add(findings, "", too_long(kLabelLength));
  if (!text.empty() && !is_qualified_name(text)) add(findings, "", kLabelValue);
  return findings;
}

}  // namespace kyma::kube
