// Which of an API group's versions clients are to prefer.
//
// Thread: none needed.
#pragma once

#include <compare>
#include <string_view>

namespace kyma::apiserver {

// "v1" before "v1beta1" before "v1alpha1", higher numbers first, as kubectl prefers them.
struct VersionRank {
  int stability = 0;  // 3 stable, 2 beta, 1 alpha, 0 none of these
  int major = 0;
  int minor = 0;

  friend auto operator<=>(const VersionRank&, const VersionRank&) = default;
};

// What is no version of that form ranks lowest.
VersionRank version_rank(std::string_view version);

}  // namespace kyma::apiserver
