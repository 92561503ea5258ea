#include "operator/api/cluster.hpp"

#include <string_view>
#include <utility>

namespace kyma::api {
namespace {

void read(json::Reader& reader, InternedString& target) {
  std::string_view text;
  if (reader.string_view(text)) target = InternedString(text);
}

void decode(json::Reader& reader, ClusterOidc& oidc) {
  reader.object([&](std::string_view key) {
    if (key == "clientID") return read(reader, oidc.client_id);
    if (key == "groupsClaim") return read(reader, oidc.groups_claim);
    if (key == "issuerURL") return read(reader, oidc.issuer_url);
    if (key == "usernameClaim") return read(reader, oidc.username_claim);
    if (key == "usernamePrefix") return read(reader, oidc.username_prefix);
    if (key == "signingAlgs") {
      reader.array([&] { read(reader, oidc.signing_algs.emplace_back()); });
      return oidc.signing_algs.shrink_to_fit();
    }
    return reader.skip();
  });
}

void decode(json::Reader& reader, ClusterSpec& spec) {
  reader.object([&](std::string_view key) {
    if (key == "provider") return read(reader, spec.provider);
    if (key == "region") return read(reader, spec.region);
    if (key == "oidc") return decode(reader, spec.oidc);
    return reader.skip();
  });
}

void write(json::Writer& writer, std::string_view key, const InternedString& text) {
  if (!text.empty()) writer.key(key).string(text);
}

}  // namespace

const kube::ResourceType& Cluster::resource_type() {
  static const kube::ResourceType type{"inventory.kyma-project.io", "v1alpha1", "Cluster", "clusters", true};
  return type;
}

void decode(json::Reader& reader, Cluster& cluster) {
  reader.object([&](std::string_view key) {
    if (key == "metadata") return kube::decode(reader, cluster.metadata);
    if (key == "spec") return decode(reader, cluster.spec);
    return reader.skip();
  });
}

std::string create_body(const Cluster& cluster) {
  const ClusterOidc& oidc = cluster.spec.oidc;
  json::Writer writer;
  writer.object([&] {
    writer.key("apiVersion").string(Cluster::resource_type().api_version());
    writer.key("kind").string(Cluster::resource_type().kind);
    writer.key("metadata").object([&] { kube::encode(writer, cluster.metadata); });
    writer.key("spec").object([&] {
      write(writer, "provider", cluster.spec.provider);
      write(writer, "region", cluster.spec.region);
      if (oidc == ClusterOidc()) return;
      writer.key("oidc").object([&] {
        write(writer, "clientID", oidc.client_id);
        write(writer, "groupsClaim", oidc.groups_claim);
        write(writer, "issuerURL", oidc.issuer_url);
        if (!oidc.signing_algs.empty()) {
          writer.key("signingAlgs").array([&] {
            for (const InternedString& algorithm : oidc.signing_algs) writer.string(algorithm);
          });
        }
        write(writer, "usernameClaim", oidc.username_claim);
        write(writer, "usernamePrefix", oidc.username_prefix);
      });
    });
  });
  return writer.str();
}

}  // namespace kyma::api
