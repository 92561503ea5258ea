#include "operator/helm/capability_use.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace kyma::helm {
namespace {

constexpr std::string_view kWord = "Capabilities";

// Takes `prefix` off the front.
bool skip(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

}  // namespace

void CapabilityUse::scan(std::string_view text) {
  for (std::size_t at = text.find(kWord); at != std::string_view::npos; at = text.find(kWord, at + 1)) {
    std::string_view rest = text.substr(at + kWord.size());
    if (skip(rest, ".KubeVersion")) {
      kube_version = true;
    } else if (skip(rest, ".APIVersions.Has \"")) {
      const std::size_t end = rest.find_first_of("\"\\");
      if (end == std::string_view::npos || rest[end] != '"') {
        everything = true;
      } else {
        api_versions.emplace(rest.substr(0, end));
      }
    } else if (!skip(rest, ".HelmVersion")) {
      everything = true;
    }
  }
}

std::string CapabilityUse::fingerprint(const KnownCapabilities& cluster) const {
  if (everything) return cluster.fingerprint();
  const Capabilities& capabilities = cluster.get();
  std::string result;
  if (kube_version) result = fmt::format("{} {} {}", capabilities.version, capabilities.major, capabilities.minor);
  for (const std::string& asked : api_versions) {
    const auto& known = capabilities.api_versions;
    const bool has = std::find(known.begin(), known.end(), asked) != known.end();
    fmt::format_to(std::back_inserter(result), " {}={}", asked, has);
  }
  return result;
}

}  // namespace kyma::helm
