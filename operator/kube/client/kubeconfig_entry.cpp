#include "operator/kube/client/kubeconfig_entry.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <utility>

#include "operator/base/base64.hpp"
#include "operator/kube/client/files.hpp"

namespace kyma::kube {
namespace {

namespace fs = std::filesystem;

}  // namespace

Error KubeconfigEntry::error(std::string_view why) const {
  return configuration_error(fmt::format("{}: {}", title_, why));
}

bool KubeconfigEntry::has(std::string_view key) const {
  const json::Value* found = json::find(value_, key);
  return found && !found->IsNull() && !(found->IsString() && found->GetStringLength() == 0);
}

Outcome<bool> KubeconfigEntry::flag(std::string_view key) const {
  const std::string word = text(key);
  if (word == "true" || word == "false") return word == "true";
  return has(key) ? Outcome<bool>(error(fmt::format("{} must be true or false", key))) : Outcome<bool>(false);
}

Outcome<std::vector<std::string>> KubeconfigEntry::texts(std::string_view key) const {
  std::vector<std::string> result;
  const json::Value* found = json::find(value_, key);
  if (!found || found->IsNull()) return result;
  if (!found->IsArray()) return error(fmt::format("{} must be a list", key));
  for (const auto& element : found->GetArray()) {
    if (!element.IsString()) return error(fmt::format("{} must be a list of strings", key));
    result.emplace_back(json::view(element));
  }
  return result;
}

std::string KubeconfigEntry::path(std::string_view key) const {
  return (fs::path(directory_) / text(key)).lexically_normal().string();
}

Outcome<std::string> KubeconfigEntry::file(std::string_view key) const {
  auto content = read_file(path(key));
  return content ? content : Outcome<std::string>(error(fmt::format("{}: {}", key, content.error().message)));
}

Outcome<std::string> KubeconfigEntry::data_or_file(const std::string& key, std::string& path_of_file) const {
  path_of_file.clear();
  if (has(key + "-data")) {
    auto data = decode_base64(text(key + "-data"));
    return data ? Outcome<std::string>(*std::move(data)) : error(fmt::format("{}-data is not valid Base64", key));
  }
  if (!has(key)) return std::string();
  path_of_file = path(key);
  auto content = file(key);
  if (content && content->empty()) return error(fmt::format("{}: {} is empty", key, path_of_file));
  return content;
}

KubeconfigEntry KubeconfigEntry::below(std::string_view key) const {
  static const json::Value kNothing;
  const json::Value* found = json::find(value_, key);
  return {found ? *found : kNothing, directory_, fmt::format("{}: {}", title_, key)};
}

}  // namespace kyma::kube
