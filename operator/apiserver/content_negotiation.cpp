#include "operator/apiserver/content_negotiation.hpp"

#include "operator/http/message.hpp"

namespace kyma::apiserver {
namespace {

std::string_view trim(std::string_view text) noexcept {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Takes the part before the separator off the text.
std::string_view take(std::string_view& text, char separator) noexcept {
  const auto end = text.find(separator);
  const auto part = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return trim(part);
}

struct Parameters {
  std::string_view as;
  std::string_view version;
  std::string_view group;
};

Parameters parse_parameters(std::string_view text) {
  Parameters parameters;
  while (!text.empty()) {
    auto value = take(text, ';');
    const auto name = take(value, '=');
    if (name == "as") parameters.as = value;
    if (name == "v") parameters.version = value;
    if (name == "g") parameters.group = value;
  }
  return parameters;
}

}  // namespace

std::string_view media_type(std::string_view header) noexcept { return take(header, ';'); }

std::optional<Representation> negotiate(std::string_view accept, const Offer& offer) {
  if (trim(accept).empty()) return Representation{};
  while (!accept.empty()) {
    auto clause = take(accept, ',');
    const auto type = take(clause, ';');
    if (!http::iequals(type, "application/json") && type != "*/*" && type != "application/*") continue;
    const auto parameters = parse_parameters(clause);
    if (parameters.as.empty()) return Representation{};
    const bool table = offer.table && parameters.as == "Table";
    const bool metadata_only = parameters.as == offer.metadata_kind;
    if ((!table && !metadata_only) || parameters.group != "meta.k8s.io") continue;
    if (parameters.version == "v1") return Representation{table, metadata_only, "meta.k8s.io/v1"};
    if (parameters.version == "v1beta1") return Representation{table, metadata_only, "meta.k8s.io/v1beta1"};
  }
  return std::nullopt;
}

}  // namespace kyma::apiserver
