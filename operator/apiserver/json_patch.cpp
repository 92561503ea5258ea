#include "operator/apiserver/json_patch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "operator/apiserver/api_errors.hpp"

namespace kyma::apiserver {
namespace {

constexpr std::size_t kMaxOperations = 10'000;  // Kubernetes' limit
constexpr std::size_t kMaxCopiedBytes = 3 * 1024 * 1024;

kube::Error failed(std::string_view why) {
  auto error =
      kube::bad_request(fmt::format("the server rejected our request due to an error in our request: {}", why));
  error.reason = kube::Reason::invalid;
  error.http_status = 422;
  return error;
}

// "/a~1b/0" as {"a/b", "0"}.
std::optional<std::vector<std::string>> parse_pointer(std::string_view text) {
  std::vector<std::string> tokens;
  if (text.empty()) return tokens;
  if (text.front() != '/') return std::nullopt;
  for (const char c : text) {
    if (c == '/') {
      tokens.emplace_back();
    } else if (tokens.back().ends_with('~') && (c == '0' || c == '1')) {
      tokens.back().back() = c == '0' ? '\x01' : '/';  // an unescaped tilde must not start another escape
    } else {
      tokens.back() += c;
    }
  }
  for (auto& token : tokens) {
    for (auto& c : token) {
      if (c == '\x01') c = '~';
    }
  }
  return tokens;
}

std::optional<rapidjson::SizeType> parse_index(const std::string& token, rapidjson::SizeType limit) {
  rapidjson::SizeType index = 0;
  const auto* end = token.data() + token.size();
  const auto [stop, error] = std::from_chars(token.data(), end, index);
  if (error != std::errc{} || stop != end || index > limit) return std::nullopt;
  return index;
}

json::Value* step(json::Value& value, const std::string& token) {
  if (value.IsObject()) return json::find(value, token);
  if (!value.IsArray() || value.Empty()) return nullptr;
  const auto index = parse_index(token, value.Size() - 1);
  return index ? &value[*index] : nullptr;
}

json::Value* resolve(json::Value& root, const std::vector<std::string>& path, std::size_t depth) {
  json::Value* value = &root;
  for (std::size_t i = 0; value && i < depth; ++i) value = step(*value, path[i]);
  return value;
}

bool add(json::Value& root, const std::vector<std::string>& path, json::Value value, json::Allocator& allocator) {
  if (path.empty()) {
    root = std::move(value);
    return true;
  }
  auto* parent = resolve(root, path, path.size() - 1);
  if (!parent) return false;
  const auto& last = path.back();
  if (parent->IsObject()) {
    json::set(*parent, last, std::move(value), allocator);
    return true;
  }
  if (!parent->IsArray()) return false;
  const auto index = last == "-" ? parent->Size() : parse_index(last, parent->Size());
  if (!index) return false;
  parent->PushBack(std::move(value), allocator);
  for (auto i = parent->Size() - 1; i > *index; --i) (*parent)[i].Swap((*parent)[i - 1]);
  return true;
}

bool remove(json::Value& root, const std::vector<std::string>& path) {
  if (path.empty()) return false;
  auto* parent = resolve(root, path, path.size() - 1);
  auto* value = parent ? step(*parent, path.back()) : nullptr;
  if (!value) return false;
  if (parent->IsObject())
    parent->EraseMember(parent->FindMember(path.back()));
  else
    parent->Erase(value);
  return true;
}

bool nests_deeper(const json::Value& value, int levels) {
  if (value.IsObject()) {
    if (levels == 0) return true;
    return std::any_of(value.MemberBegin(), value.MemberEnd(),
                       [&](const auto& member) { return nests_deeper(member.value, levels - 1); });
  }
  if (value.IsArray()) {
    if (levels == 0) return true;
    return std::any_of(value.Begin(), value.End(), [&](const auto& e) { return nests_deeper(e, levels - 1); });
  }
  return false;
}

class Patcher {
 public:
  explicit Patcher(json::Document& document) : document_(document), allocator_(document.GetAllocator()) {}

  kube::Outcome<void> apply(const json::Value& operation) {
    const auto op = json::string_at(operation, {"op"});
    const auto* path_text = json::find(operation, "path");
    if (!path_text || !path_text->IsString()) return failed("a JSON patch operation has no path");
    const auto shown = json::view(*path_text);
    const auto path = parse_pointer(shown);
    if (!path) return failed(fmt::format("\"{}\" is no JSON pointer", shown));
    if (op == "move" || op == "copy") return move_or_copy(operation, op == "move", *path);
    if (op == "remove") return done(remove(document_, *path), op, shown);
    const auto* value = json::find(operation, "value");
    if (!value) return failed(fmt::format("the {} operation at \"{}\" has no value", op, shown));
    if (op == "add") return done(add(document_, *path, json::Value(*value, allocator_), allocator_), op, shown);
    auto* target = resolve(document_, *path, path->size());
    if (op == "replace") {
      if (target) *target = json::Value(*value, allocator_);
      return done(target != nullptr, op, shown);
    }
    if (op == "test") return done(target && json::equal(*target, *value), op, shown);
    return failed(fmt::format("\"{}\" is no JSON patch operation", op));
  }

 private:
  static kube::Outcome<void> done(bool fits, std::string_view op, std::string_view path) {
    if (fits) return {};
    if (op == "test") return failed(fmt::format("the test operation at \"{}\" failed", path));
    return failed(fmt::format("the {} operation does not apply: path \"{}\" does not exist", op, path));
  }

  kube::Outcome<void> move_or_copy(const json::Value& operation, bool move, const std::vector<std::string>& to) {
    const std::string_view op = move ? "move" : "copy";
    const auto from_text = json::string_at(operation, {"from"});
    const auto from = parse_pointer(from_text);
    auto* source = from ? resolve(document_, *from, from->size()) : nullptr;
    if (!source) return done(false, op, from_text);
    copied_ += json::to_string(*source).size();
    if (copied_ > kMaxCopiedBytes) return failed("the patch copies too much");
    json::Value value(*source, allocator_);
    if (move && !remove(document_, *from)) return done(false, op, from_text);
    return done(add(document_, to, std::move(value), allocator_), op, json::string_at(operation, {"path"}));
  }

  json::Document& document_;
  json::Allocator& allocator_;
  std::size_t copied_ = 0;
};

}  // namespace

kube::Outcome<void> apply_json_patch(json::Document& document, std::string_view patch) {
  const auto operations = json::parse(patch);
  if (!operations) return kube::bad_request(fmt::format("error decoding patch: {}", operations.error().message));
  if (!operations->IsArray()) return kube::bad_request("error decoding patch: a JSON patch is an array of operations");
  if (operations->Size() > kMaxOperations) {
    auto error = kube::bad_request(fmt::format("The allowed maximum operations in a JSON patch is {}, got {}",
                                               kMaxOperations, operations->Size()));
    error.reason = kube::Reason::request_entity_too_large;
    error.http_status = 413;
    return error;
  }
  Patcher patcher(document);
  for (const auto& operation : operations->GetArray()) {
    if (auto applied = patcher.apply(operation); !applied) return applied;
  }
  if (nests_deeper(document, json::kMaxDepth)) {
    return failed(fmt::format("the patched object nests deeper than {} levels", json::kMaxDepth));
  }
  return {};
}

}  // namespace kyma::apiserver
