#include "operator/helm/capabilities.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "operator/helm/digest.hpp"
#include "operator/helm/formats/semver.hpp"
#include "operator/helm/gotemplate/function.hpp"
#include "operator/helm/struct_object.hpp"

namespace kyma::helm {
namespace {

using gotemplate::Call;
using gotemplate::Function;
using gotemplate::Heap;
using gotemplate::List;
using gotemplate::make_string;
using gotemplate::Type;
using gotemplate::Value;

// What client-go's scheme of Kubernetes 1.32 and the apiextensions group register.
constexpr std::string_view kApiVersions[] = {"v1",
                                             "admissionregistration.k8s.io/v1",
                                             "admissionregistration.k8s.io/v1alpha1",
                                             "admissionregistration.k8s.io/v1beta1",
                                             "internal.apiserver.k8s.io/v1alpha1",
                                             "apps/v1",
                                             "apps/v1beta1",
                                             "apps/v1beta2",
                                             "authentication.k8s.io/v1",
                                             "authentication.k8s.io/v1alpha1",
                                             "authentication.k8s.io/v1beta1",
                                             "authorization.k8s.io/v1",
                                             "authorization.k8s.io/v1beta1",
                                             "autoscaling/v1",
                                             "autoscaling/v2",
                                             "autoscaling/v2beta1",
                                             "autoscaling/v2beta2",
                                             "batch/v1",
                                             "batch/v1beta1",
                                             "certificates.k8s.io/v1",
                                             "certificates.k8s.io/v1beta1",
                                             "certificates.k8s.io/v1alpha1",
                                             "coordination.k8s.io/v1alpha2",
                                             "coordination.k8s.io/v1beta1",
                                             "coordination.k8s.io/v1",
                                             "discovery.k8s.io/v1",
                                             "discovery.k8s.io/v1beta1",
                                             "events.k8s.io/v1",
                                             "events.k8s.io/v1beta1",
                                             "extensions/v1beta1",
                                             "flowcontrol.apiserver.k8s.io/v1",
                                             "flowcontrol.apiserver.k8s.io/v1beta1",
                                             "flowcontrol.apiserver.k8s.io/v1beta2",
                                             "flowcontrol.apiserver.k8s.io/v1beta3",
                                             "networking.k8s.io/v1",
                                             "networking.k8s.io/v1alpha1",
                                             "networking.k8s.io/v1beta1",
                                             "node.k8s.io/v1",
                                             "node.k8s.io/v1alpha1",
                                             "node.k8s.io/v1beta1",
                                             "policy/v1",
                                             "policy/v1beta1",
                                             "rbac.authorization.k8s.io/v1",
                                             "rbac.authorization.k8s.io/v1beta1",
                                             "rbac.authorization.k8s.io/v1alpha1",
                                             "resource.k8s.io/v1beta1",
                                             "resource.k8s.io/v1alpha3",
                                             "scheduling.k8s.io/v1alpha1",
                                             "scheduling.k8s.io/v1beta1",
                                             "scheduling.k8s.io/v1",
                                             "storage.k8s.io/v1beta1",
                                             "storage.k8s.io/v1",
                                             "storage.k8s.io/v1alpha1",
                                             "storagemigration.k8s.io/v1alpha1",
                                             "apiextensions.k8s.io/v1beta1",
                                             "apiextensions.k8s.io/v1"};

Value has(Call& call) {
  const auto& items = call[0].as_list().items;
  return Value::boolean(
      std::any_of(items.begin(), items.end(), [&](Value item) { return item.as_text() == call.text(1); }));
}

Value git_version(Call& call) { return *call[0].as_object().field("Version"); }

const Function kVersionSetMethods[] = {{"Has", "s", has}};
const Type kVersionSet{.name = "chartutil.VersionSet",
                       .element = &gotemplate::kStringType,
                       .methods = kVersionSetMethods,
                       .method_count = std::size(kVersionSetMethods)};
const Function kKubeVersionMethods[] = {{"GitVersion", "", git_version}, {"String", "", git_version}};
const Type kKubeVersion{
    .name = "chartutil.KubeVersion", .methods = kKubeVersionMethods, .method_count = std::size(kKubeVersionMethods)};
const Type kBuildInfo{.name = "version.BuildInfo"};
const Type kCapabilities{.name = "*chartutil.Capabilities", .is_pointer = true};

class KubeVersion final : public StructObject {
 public:
  using StructObject::StructObject;
  std::optional<std::string> printed() const override { return std::string(field("Version")->as_text()); }
};

Value build_info(Heap& heap) {
  return Value::object(heap.make<StructObject>(
      kBuildInfo, std::vector<gotemplate::Object::Field>{
                      {"Version", Value::string(kHelmVersion), "version", true},
                      {"GitCommit", Value::string("cc0bbbd6d6276b83880042c1ecb34087e84d41eb"), "git_commit", true},
                      {"GitTreeState", Value::string("clean"), "git_tree_state", true},
                      {"GoVersion", Value::string("go1.23.7"), "go_version", true}}));
}

}  // namespace

const Capabilities& Capabilities::defaults() {
  static const Capabilities capabilities = [] {
    Capabilities result;
    result.api_versions.assign(std::begin(kApiVersions), std::end(kApiVersions));
    return result;
  }();
  return capabilities;
}

bool Capabilities::parse_version(std::string_view text, Capabilities& into) {
  try {
    const Version parsed = Version::parse(text);
    into.version = "v" + parsed.str();
    into.major = std::to_string(parsed.major());
    into.minor = std::to_string(parsed.minor());
    return true;
  } catch (const FormatError&) {
    return false;
  }
}

KnownCapabilities::KnownCapabilities(Capabilities capabilities) : capabilities_(std::move(capabilities)) {
  Digest digest;
  digest.add(capabilities_.version);
  digest.add(capabilities_.major);
  digest.add(capabilities_.minor);
  for (const std::string& each : capabilities_.api_versions) digest.add(each);
  fingerprint_ = digest.finish();
}

Value Capabilities::value(Heap& heap) const {
  using Field = gotemplate::Object::Field;
  List* versions = heap.make<List>(heap, kVersionSet);
  for (const std::string& name : api_versions) versions->items.push_back(make_string(heap, name));
  const Value kube =
      Value::object(heap.make<KubeVersion>(kKubeVersion, std::vector<Field>{{"Version", make_string(heap, version)},
                                                                            {"Major", make_string(heap, major)},
                                                                            {"Minor", make_string(heap, minor)}}));
  return Value::object(heap.make<StructObject>(kCapabilities, std::vector<Field>{{"KubeVersion", kube},
                                                                                 {"APIVersions", Value::list(versions)},
                                                                                 {"HelmVersion", build_info(heap)}}));
}

}  // namespace kyma::helm
