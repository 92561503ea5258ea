#include "operator/kube/meta/resource_type.hpp"

namespace kyma::kube {
namespace {

bool is_unreserved(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

// One segment: whatever a name holds, it cannot leave its place in the path.
void append_segment(std::string& path, std::string_view text) {
  if (text.empty()) return;
  path += '/';
  if (text == "." || text == "..") {
    for (std::size_t i = 0; i < text.size(); ++i) path += "%2E";
    return;
  }
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (const char c : text) {
    if (is_unreserved(c)) {
      path += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      path += '%';
      path += kDigits[byte >> 4];
      path += kDigits[byte & 15];
    }
  }
}

}  // namespace

std::string ResourceType::api_version() const { return group.empty() ? version : group + '/' + version; }

std::string ResourceType::group_resource() const { return group.empty() ? plural : plural + '.' + group; }

std::string ResourceType::path(std::string_view name_space, std::string_view name, std::string_view subresource) const {
  std::string path = group.empty() ? "/api" : "/apis";
  append_segment(path, group);
  append_segment(path, version);
  if (namespaced && !name_space.empty()) {
    path += "/namespaces";
    append_segment(path, name_space);
  }
  append_segment(path, plural);
  append_segment(path, name);
  append_segment(path, subresource);
  return path;
}

std::string NamespacedName::str() const { return name_space + '/' + name; }

}  // namespace kyma::kube
