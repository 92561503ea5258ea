#include "operator/apiserver/version_rank.hpp"

namespace kyma::apiserver {
namespace {

int take_number(std::string_view& text) {
  int number = 0;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9' && number < 100'000) {
    number = number * 10 + (text.front() - '0');
    text.remove_prefix(1);
  }
  return number;
}

}  // namespace

VersionRank version_rank(std::string_view version) {
  if (!version.starts_with('v')) return {};
  auto rest = version.substr(1);
  VersionRank rank;
  rank.major = take_number(rest);
  if (rank.major == 0) return {};
  if (rest.empty()) return {3, rank.major, 0};
  if (rest.starts_with("beta"))
    rank.stability = 2;
  else if (rest.starts_with("alpha"))
    rank.stability = 1;
  else
    return {};
  rest.remove_prefix(rank.stability == 2 ? 4 : 5);
  rank.minor = take_number(rest);
  return rank;
}

}  // namespace kyma::apiserver
