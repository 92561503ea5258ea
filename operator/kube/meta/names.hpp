// What Kubernetes accepts as a name, and the words it uses when it does not. An empty result means valid.
#pragma once

#include <string>
#include <string_view>

namespace kyma::kube {

std::string check_dns1123_label(std::string_view text);      // at most 63 characters
std::string check_dns1123_subdomain(std::string_view text);  // at most 253 characters
std::string check_label_key(std::string_view text);          // a "qualified name": [prefix/]name
std::string check_label_value(std::string_view text);

}  // namespace kyma::kube
