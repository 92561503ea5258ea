#include "cmd/kyma-operator/yaml_config.hpp"

#include <fmt/format.h>

#include <iterator>

#include "operator/kube/meta/json.hpp"
#include "operator/kube/meta/yaml.hpp"

namespace kyma::cmd {
namespace {

class YamlConfig final : public CLI::Config {
 public:
  std::string to_config(const CLI::App*, bool, bool, std::string) const override { return {}; }

  std::vector<CLI::ConfigItem> from_config(std::istream& input) const override {
    const auto settings = kube::parse_yaml(std::string((std::istreambuf_iterator<char>(input)), {}));
    if (!settings) throw CLI::FileError("--config: " + settings.error().message);
    std::vector<CLI::ConfigItem> items;
    if (settings->IsNull()) return items;
    if (!settings->IsObject()) throw CLI::FileError("--config: the file must hold a map of flag names to values");
    for (const auto& member : settings->GetObject()) {
      const std::string name(json::view(member.name));
      if (!member.value.IsString()) throw CLI::FileError(fmt::format("--config: {} must be a single value", name));
      items.emplace_back();
      items.back().name = name;
      items.back().inputs = {std::string(json::view(member.value))};
    }
    return items;
  }
};

}  // namespace

std::shared_ptr<CLI::Config> make_yaml_config() { return std::make_shared<YamlConfig>(); }

}  // namespace kyma::cmd
