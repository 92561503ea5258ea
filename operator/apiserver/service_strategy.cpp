#include "operator/apiserver/service_strategy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <unordered_map>

#include "operator/apiserver/kind_rules.hpp"
#include "operator/apiserver/metadata_rules.hpp"
#include "operator/apiserver/request_body.hpp"
#include "operator/apiserver/schema_cause.hpp"
#include "operator/apiserver/schema_format.hpp"
#include "operator/kube/meta/names.hpp"

namespace kyma::apiserver {
namespace {

constexpr std::uint32_t kAddresses = 65'534;
constexpr std::uint32_t kFirstNodePort = 30'000;
constexpr std::uint32_t kNodePorts = 2'768;

// What a service gets with its address, and an ExternalName has none of.
constexpr std::array<const char*, 4> kGivenMembers = {"clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"};

std::string address(std::uint32_t number) { return fmt::format("10.96.{}.{}", (number + 1) >> 8, (number + 1) & 255); }

bool is_address(std::string_view text) {
  return find_string_format("ipv4")->matches(text) || find_string_format("ipv6")->matches(text);
}

bool is_reachable_from_nodes(std::string_view type) { return type == "NodePort" || type == "LoadBalancer"; }

// Which addresses and node ports are taken, kept up by watching the table.
class Allocations {
 public:
  explicit Allocations(Storage& storage) {
    auto& services = storage.table("services");
    storage.observe_accepted([this, &services](Table& table, const Change& change) {
      if (&table != &services) return;
      if (change.previous) count(*change.previous, -1);
      if (change.type == ChangeType::deleted && !change.previous) count(*change.object, -1);
      if (change.type != ChangeType::deleted) count(*change.object, +1);
    });
  }

  bool is_taken(const std::string& what) const { return taken_.contains(what); }

  // The first free one behind a place that follows from the seed; empty when all are taken.
  std::string free_address(std::string_view seed) const {
    const auto begin = static_cast<std::uint32_t>(std::hash<std::string_view>{}(seed) % kAddresses);
    for (std::uint32_t i = 0; i < kAddresses; ++i) {
      auto candidate = address((begin + i) % kAddresses);
      if (!is_taken(candidate)) return candidate;
    }
    return {};
  }
  // 0 when all are taken. `chosen` are taken too.
  std::uint32_t free_node_port(std::string_view seed, const std::set<std::uint32_t>& chosen) const {
    const auto begin = static_cast<std::uint32_t>(std::hash<std::string_view>{}(seed) % kNodePorts);
    for (std::uint32_t i = 0; i < kNodePorts; ++i) {
      const auto candidate = kFirstNodePort + (begin + i) % kNodePorts;
      if (!chosen.contains(candidate) && !is_taken(fmt::to_string(candidate))) return candidate;
    }
    return 0;
  }

 private:
  void count(const StoredObject& service, int change) {
    json::Document document;
    const auto object = parse_stored(service.json, document.GetAllocator());
    const auto add = [&](const std::string& key) {
      if ((taken_[key] += change) <= 0) taken_.erase(key);
    };
    const auto ip = json::string_at(object, {"spec", "clusterIP"});
    if (!ip.empty() && ip != "None") add(std::string(ip));
    for (const auto& port : list_at(object, {"spec", "ports"}).GetArray()) {
      if (const auto number = json::int_at(port, {"nodePort"}); number != 0) add(fmt::to_string(number));
    }
  }

  std::unordered_map<std::string, int> taken_;
};

// What tells a port of a service from its others.
using PortKey = std::pair<std::int64_t, std::string_view>;

PortKey key_of(const json::Value& port) { return {json::int_at(port, {"port"}), json::string_at(port, {"protocol"})}; }

// What only the server gives stays as it is in an update that does not name it.
void keep_given(json::Value& spec, const json::Value& old_spec, json::Allocator& allocator) {
  for (const std::string_view member : kGivenMembers) {
    const auto* was = json::find(old_spec, member);
    const auto* is = json::find(spec, member);
    const bool empty = !is || (is->IsArray() && is->Empty());
    if (was && empty) json::set(spec, member, json::Value(*was, allocator), allocator);
    if (was && is) set_default(spec, member, json::Value(*was, allocator), allocator);
  }
  auto* ports = json::find(spec, "ports");
  if (!ports || !ports->IsArray() || !is_reachable_from_nodes(json::string_at(spec, {"type"}))) return;
  std::map<PortKey, std::int64_t> given;
  for (const auto& before : list_at(old_spec, {"ports"}).GetArray()) {
    if (const auto number = json::int_at(before, {"nodePort"}); number != 0) given.emplace(key_of(before), number);
  }
  for (auto& port : ports->GetArray()) {
    const auto found = given.find(key_of(port));
    if (found != given.end()) set_default(port, "nodePort", json::Value(found->second), allocator);
  }
}

class ServiceStrategy final : public Strategy {
 public:
  explicit ServiceStrategy(Storage& storage) : allocations_(storage) {}

  std::string check_name(std::string_view name) const override {
    if (auto why = kube::check_dns1123_label(name); !why.empty()) return why;
    const bool digit = name.front() >= '0' && name.front() <= '9';
    return digit ? "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an "
                   "alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', "
                   "regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
                 : std::string();
  }

  void prepare(json::Value& service, json::Allocator& allocator, const StoredObject* old) const override {
    auto* spec = json::find(service, "spec");
    if (!spec || !spec->IsObject()) return;
    if (old && !old->spec_text.empty()) {
      const auto before = parse_stored(old->text(old->spec_text), allocator);
      if (json::string_at(*spec, {"type"}) != "ExternalName") keep_given(*spec, before, allocator);
    }
    complete_ports(*spec, allocator);
    const std::string type(json::string_at(*spec, {"type"}));
    const auto seed = fmt::format("{}/{}", json::string_at(service, {"metadata", "namespace"}),
                                  json::string_at(service, {"metadata", "name"}));
    if (type == "ExternalName") {
      for (const char* member : kGivenMembers) spec->RemoveMember(member);
      return;
    }
    set_default(*spec, "internalTrafficPolicy", "Cluster", allocator);
    if (is_reachable_from_nodes(type)) {
      set_default(*spec, "externalTrafficPolicy", "Cluster", allocator);
      give_node_ports(*spec, seed, allocator);
    }
    if (type == "LoadBalancer") set_default(*spec, "allocateLoadBalancerNodePorts", json::Value(true), allocator);
    give_address(*spec, seed, allocator);
  }

  void validate(const json::Value& service, const StoredObject* old, Causes& causes) const override {
    if (!causes.empty()) return;
    const auto* spec = json::find(service, "spec");
    if (!spec) {
      causes.push_back(required_value("spec", ""));
      return;
    }
    json::Document document;
    const auto before = old && !old->spec_text.empty()
                            ? parse_stored(old->text(old->spec_text), document.GetAllocator())
                            : json::Value(rapidjson::kObjectType);
    validate_ports(*spec, causes);
    validate_node_ports(*spec, before, causes);
    validate_address(*spec, before, causes);
  }

 private:
  static void complete_ports(json::Value& spec, json::Allocator& allocator) {
    auto* ports = json::find(spec, "ports");
    if (!ports || !ports->IsArray()) return;
    const bool headless = json::string_at(spec, {"clusterIP"}) == "None";
    for (auto& port : ports->GetArray()) {
      const auto* number = json::find(port, "port");
      if (!number) continue;
      const auto* target = json::find(port, "targetPort");
      const bool unset = !target || (target->IsInt64() && target->GetInt64() == 0);
      if (unset || headless) set_default(port, "targetPort", json::Value(*number, allocator), allocator);
      if (target && unset) json::set(port, "targetPort", json::Value(*number, allocator), allocator);
    }
  }

  void give_address(json::Value& spec, std::string_view seed, json::Allocator& allocator) const {
    set_default(spec, "ipFamilyPolicy", "SingleStack", allocator);
    if (json::string_at(spec, {"clusterIP"}).empty()) {
      json::set(spec, "clusterIP", allocations_.free_address(seed), allocator);
    }
    const std::string ip(json::string_at(spec, {"clusterIP"}));
    const auto one = [&](std::string_view member, std::string_view value) {
      if (!list_at(spec, {member}).Empty()) return;
      json::Value list(rapidjson::kArrayType);
      list.PushBack(json::make_string(value, allocator), allocator);
      json::set(spec, member, std::move(list), allocator);
    };
    one("clusterIPs", ip);
    one("ipFamilies", ip.find(':') == std::string::npos ? "IPv4" : "IPv6");
  }

  void give_node_ports(json::Value& spec, std::string_view seed, json::Allocator& allocator) const {
    auto* ports = json::find(spec, "ports");
    if (!ports || !ports->IsArray()) return;
    std::set<std::uint32_t> chosen;
    for (auto& port : ports->GetArray()) {
      if (!port.IsObject() || json::int_at(port, {"nodePort"}) != 0) continue;
      const auto number = allocations_.free_node_port(fmt::format("{}:{}", seed, json::int_at(port, {"port"})), chosen);
      if (number == 0) return;  // which validate() tells of
      chosen.insert(number);
      json::set(port, "nodePort", json::Value(number), allocator);
    }
  }

  void validate_ports(const json::Value& spec, Causes& causes) const {
    const auto& ports = list_at(spec, {"ports"});
    const auto type = json::string_at(spec, {"type"});
    if (ports.Empty() && type != "ExternalName" && json::string_at(spec, {"clusterIP"}) != "None") {
      causes.push_back(required_value("spec.ports", ""));
    }
    if (type == "ExternalName" && json::string_at(spec, {"externalName"}).empty()) {
      causes.push_back(required_value("spec.externalName", ""));
    }
    std::set<std::string_view> names;
    std::set<PortKey> numbers;
    std::size_t index = 0;
    for (const auto& port : ports.GetArray()) {
      const auto path = fmt::format("spec.ports[{}]", index++);
      const auto name = json::string_at(port, {"name"});
      if (name.empty() && ports.Size() > 1) causes.push_back(required_value(path + ".name", ""));
      if (!name.empty() && !names.insert(name).second)
        causes.push_back(cause::duplicate(path + ".name", go_quote(name)));
      if (!numbers.insert(key_of(port)).second) {
        causes.push_back(cause::duplicate(path, printed(port)));
      }
      if (is_reachable_from_nodes(type) && json::int_at(port, {"nodePort"}) == 0) {
        causes.push_back({"InternalError", "failed to allocate a nodePort: range is full", path + ".nodePort"});
        return;
      }
    }
  }

  // One number may serve several protocols of one service.
  void validate_node_ports(const json::Value& spec, const json::Value& before, Causes& causes) const {
    std::set<std::int64_t> own;
    for (const auto& port : list_at(before, {"ports"}).GetArray()) own.insert(json::int_at(port, {"nodePort"}));
    std::set<std::pair<std::int64_t, std::string_view>> named;
    std::size_t index = 0;
    for (const auto& port : list_at(spec, {"ports"}).GetArray()) {
      const auto path = fmt::format("spec.ports[{}].nodePort", index++);
      const auto number = json::int_at(port, {"nodePort"});
      if (number == 0) continue;
      const auto reject = [&](std::string_view why) {
        causes.push_back(cause::invalid(path, fmt::to_string(number), why));
      };
      const bool known = own.contains(number);
      if (!known && (number < kFirstNodePort || number >= kFirstNodePort + kNodePorts)) {
        reject(fmt::format("provided port is not in the valid range. The range of valid ports is {}-{}", kFirstNodePort,
                           kFirstNodePort + kNodePorts - 1));
      } else if (!known && allocations_.is_taken(fmt::to_string(number))) {
        reject("provided port is already allocated");
      } else if (!named.emplace(number, json::string_at(port, {"protocol"})).second) {
        causes.push_back(cause::duplicate(path, fmt::to_string(number)));
      }
    }
  }

  void validate_address(const json::Value& spec, const json::Value& before, Causes& causes) const {
    const std::string ip(json::string_at(spec, {"clusterIP"}));
    const auto was = json::string_at(before, {"clusterIP"});
    const bool external = json::string_at(spec, {"type"}) == "ExternalName";
    if (!was.empty() && ip != was && !external) {
      causes.push_back(invalid_value("spec.clusterIPs[0]", ip, "may not change once set"));
    } else if (!ip.empty() && ip != "None" && !is_address(ip)) {
      causes.push_back(invalid_value("spec.clusterIPs[0]", ip, "must be empty, 'None', or a valid IP address"));
    } else if (was.empty() && allocations_.is_taken(ip)) {
      causes.push_back(invalid_value("spec.clusterIPs", ip, "failed to allocate IP: provided IP is already allocated"));
    } else if (ip.empty() && !external) {
      causes.push_back({"InternalError", "failed to allocate a service IP: range is full", "spec.clusterIPs"});
    }
  }

  Allocations allocations_;
};

}  // namespace

std::shared_ptr<const Strategy> make_service_strategy(Storage& storage) {
  return std::make_shared<ServiceStrategy>(storage);
}

}  // namespace kyma::apiserver
