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
// Some ten milliseconds: thousands of operations on a list of a million elements would take the loop for minutes.
constexpr std::size_t kMaxWork = 20'000'000;

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
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '/') {
      tokens.emplace_back();
    } else if (text[i] != '~') {
      tokens.back() += text[i];
    } else if (const auto escaped = text.substr(i + 1, 1); escaped == "0" || escaped == "1") {
      tokens.back() += escaped == "0" ? '~' : '/';
      ++i;
    } else {
      return std::nullopt;
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
    if (op == "remove") return done(remove(*path), op, shown);
    const auto* value = json::find(operation, "value");
    if (!value) return failed(fmt::format("the {} operation at \"{}\" has no value", op, shown));
    if (op == "add" || op == "replace") return put(op, *path, *value, shown);
    if (op != "test") return failed(fmt::format("\"{}\" is no JSON patch operation", op));
    const auto* target = resolve(*path, path->size());
    return done(target && json::equal(*target, *value), op, shown);
  }

  bool is_tired() const noexcept { return work_ > kMaxWork; }

 private:
  using Path = std::vector<std::string>;

  static kube::Outcome<void> done(bool fits, std::string_view op, std::string_view path) {
    if (fits) return {};
    if (op == "test") return failed(fmt::format("the test operation at \"{}\" failed", path));
    return failed(fmt::format("the {} operation does not apply: path \"{}\" does not exist", op, path));
  }

  json::Value* step(json::Value& value, const std::string& token) {
    if (value.IsObject()) {
      work_ += value.MemberCount();
      return json::find(value, token);
    }
    if (!value.IsArray() || value.Empty()) return nullptr;
    const auto index = parse_index(token, value.Size() - 1);
    return index ? &value[*index] : nullptr;
  }

  json::Value* resolve(const Path& path, std::size_t depth) {
    json::Value* value = &document_;
    for (std::size_t i = 0; value && i < depth; ++i) value = step(*value, path[i]);
    return value;
  }

  // After each operation the document is as deep as one that was parsed may be, or the patch has failed: what walks
  // through it is recursive.
  kube::Outcome<void> put(std::string_view op, const Path& path, const json::Value& value, std::string_view shown) {
    if (path.size() > json::kMaxDepth || nests_deeper(value, json::kMaxDepth - static_cast<int>(path.size()))) {
      return failed(fmt::format("the patched object nests deeper than {} levels", json::kMaxDepth));
    }
    if (op != "replace") return done(add(path, json::Value(value, allocator_)), op, shown);
    auto* target = resolve(path, path.size());
    if (target) *target = json::Value(value, allocator_);
    return done(target != nullptr, op, shown);
  }

  bool add(const Path& path, json::Value value) {
    if (path.empty()) {
      static_cast<json::Value&>(document_) = std::move(value);
      return true;
    }
    auto* parent = resolve(path, path.size() - 1);
    if (!parent) return false;
    const auto& last = path.back();
    if (parent->IsObject()) {
      work_ += parent->MemberCount();
      json::set(*parent, last, std::move(value), allocator_);
      return true;
    }
    if (!parent->IsArray()) return false;
    const auto index = last == "-" ? parent->Size() : parse_index(last, parent->Size());
    if (!index) return false;
    work_ += parent->Size() - *index;
    parent->PushBack(std::move(value), allocator_);
    for (auto i = parent->Size() - 1; i > *index; --i) (*parent)[i].Swap((*parent)[i - 1]);
    return true;
  }

  bool remove(const Path& path) {
    if (path.empty()) return false;
    auto* parent = resolve(path, path.size() - 1);
    auto* value = parent ? step(*parent, path.back()) : nullptr;
    if (!value) return false;
    if (parent->IsObject()) {
      work_ += parent->MemberCount();
      parent->EraseMember(parent->FindMember(path.back()));
    } else {
      work_ += parent->Size();
      parent->Erase(value);
    }
    return true;
  }

  kube::Outcome<void> move_or_copy(const json::Value& operation, bool move, const Path& to) {
    const std::string_view op = move ? "move" : "copy";
    const auto from_text = json::string_at(operation, {"from"});
    const auto from = parse_pointer(from_text);
    const auto* source = from ? resolve(*from, from->size()) : nullptr;
    if (!source) return done(false, op, from_text);
    copied_ += json::to_string(*source).size();
    if (copied_ > kMaxCopiedBytes) return failed("the patch copies too much");
    const json::Value value(*source, allocator_);
    if (move && !remove(*from)) return done(false, op, from_text);
    return put(op, to, value, json::string_at(operation, {"path"}));
  }

  json::Document& document_;
  json::Allocator& allocator_;
  std::size_t copied_ = 0;
  std::size_t work_ = 0;  // members and elements looked at or moved
};

}  // namespace

kube::Outcome<void> apply_json_patch(json::Document& document, std::string_view patch, FieldProblems& problems) {
  auto operations = json::parse(patch);
  if (!operations) return kube::bad_request(fmt::format("error decoding patch: {}", operations.error().message));
  if (!operations->IsArray()) return kube::bad_request("error decoding patch: a JSON patch is an array of operations");
  if (operations->Size() > kMaxOperations) {
    auto error = kube::bad_request(fmt::format("The allowed maximum operations in a JSON patch is {}, got {}",
                                               kMaxOperations, operations->Size()));
    error.reason = kube::Reason::request_entity_too_large;
    error.http_status = 413;
    return error;
  }
  drop_duplicate_fields(*operations, problems);
  Patcher patcher(document);
  for (const auto& operation : operations->GetArray()) {
    if (auto applied = patcher.apply(operation); !applied) return applied;
    if (patcher.is_tired()) return failed("the patch takes too much work; send fewer operations or replace the object");
  }
  return {};
}

}  // namespace kyma::apiserver
