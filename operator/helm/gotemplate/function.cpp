#include "operator/helm/gotemplate/function.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>

namespace kyma::gotemplate {

WallTime Environment::now() {
  return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
}

void Environment::random(std::span<unsigned char> bytes) {
  constexpr std::size_t kLargest = 256;  // what getentropy gives at once
  while (!bytes.empty()) {
    const std::size_t count = std::min(bytes.size(), kLargest);
    if (getentropy(bytes.data(), count) != 0) throw std::runtime_error("the system gives no random bytes");
    bytes = bytes.subspan(count);
  }
}

FunctionMap::FunctionMap(std::initializer_list<std::span<const Function>> groups) {
  for (const std::span<const Function> group : groups) add(group);
}

void FunctionMap::add(std::span<const Function> functions) {
  for (const Function& function : functions) {
    // The key must view the name of the function that is there now: the earlier one may go.
    functions_.erase(function.name);
    functions_.emplace(function.name, &function);
  }
}

const Function* FunctionMap::find(std::string_view name) const noexcept {
  const auto found = functions_.find(name);
  return found == functions_.end() ? nullptr : found->second;
}

std::vector<std::string_view> FunctionMap::names() const {
  std::vector<std::string_view> result;
  result.reserve(functions_.size());
  for (const auto& [name, function] : functions_) result.push_back(name);
  std::sort(result.begin(), result.end());
  return result;
}

}  // namespace kyma::gotemplate
