#include "operator/apiserver/continue_token.hpp"

#include "operator/base/base64.hpp"
#include "operator/kube/meta/json.hpp"

namespace kyma::apiserver {
namespace {

constexpr std::string_view kFormat = "meta.k8s.io/v1";
constexpr std::int64_t kNewest = -1;  // as Kubernetes writes "no version"

}  // namespace

std::string encode_continue_token(const ContinueToken& token) {
  json::Writer writer;
  writer.object([&] {
    writer.key("v").string(kFormat);
    writer.key("rv").integer(token.revision ? static_cast<std::int64_t>(*token.revision) : kNewest);
    writer.key("start").string(token.last_key);
  });
  return encode_base64url(writer.view());
}

std::optional<ContinueToken> decode_continue_token(std::string_view text) {
  const auto bytes = decode_base64url(text);
  if (!bytes) return std::nullopt;
  const auto document = json::parse(*bytes);
  if (!document || json::string_at(*document, {"v"}) != kFormat) return std::nullopt;
  const auto revision = json::int_at(*document, {"rv"});
  const auto key = json::string_at(*document, {"start"});
  if (key.empty()) return std::nullopt;
  if (revision == kNewest) return ContinueToken{std::nullopt, std::string(key)};
  if (revision <= 0) return std::nullopt;
  return ContinueToken{static_cast<Revision>(revision), std::string(key)};
}

}  // namespace kyma::apiserver
