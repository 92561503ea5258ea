#include "operator/kube/meta/yaml.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <stdexcept>
#include <string>
#include <unordered_set>
#include <utility>

#include "operator/base/utf8.hpp"
#include "operator/kube/meta/yaml_scalar.hpp"

namespace kyma::kube {
namespace {

// Aliases can make a small text expand without end.
constexpr std::size_t kMostNodes = 1'000'000;
constexpr std::size_t kMostBytes = 16 * 1024 * 1024;
// The parser takes a microsecond and some hundred bytes for each part: what could be one is counted before.
constexpr std::ptrdiff_t kMostMarks = 200'000;

class TooLarge : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

enum class Scalars {
  text,   // all are strings
  json,   // plain ones are what JSON says
  typed,  // plain ones are what YAML says
};

class Converter {
 public:
  explicit Converter(json::Allocator& allocator) : allocator_(allocator) {}

  json::Value convert(const YAML::Node& node, int depth, Scalars scalars) {
    if (depth > json::kMaxDepth) throw TooLarge(fmt::format("nested deeper than {} levels", json::kMaxDepth));
    if (++nodes_ > kMostNodes) throw TooLarge("its aliases expand to too much");
    switch (node.Type()) {
      case YAML::NodeType::Scalar: return convert_scalar(node, scalars);
      case YAML::NodeType::Sequence: {
        json::Value array(rapidjson::kArrayType);
        for (const auto& element : node) array.PushBack(convert(element, depth + 1, scalars), allocator_);
        return array;
      }
      case YAML::NodeType::Map: {
        json::Value object(rapidjson::kObjectType);
        for (const auto& member : node) {
          if (!is_merge(member.first, scalars)) add_member(object, member.first, member.second, depth, scalars);
        }
        merge_all(object, node, depth, scalars);
        return object;
      }
      default: return json::Value();
    }
  }

 private:
  static bool is_merge(const YAML::Node& key, Scalars scalars) {
    return scalars == Scalars::typed && key.IsScalar() && key.Scalar() == "<<" && key.Tag() == "?";
  }

  // Of texts too aliases can make very many.
  void count_text(const std::string& text) {
    bytes_ += text.size();
    if (bytes_ > kMostBytes) throw TooLarge("its aliases expand to too much");
  }

  void add_member(json::Value& object, const YAML::Node& key, const YAML::Node& value, int depth, Scalars scalars) {
    const std::string name = key.IsScalar() ? key.Scalar() : std::string();
    count_text(name);
    const auto within = scalars == Scalars::text && name == "extension" ? Scalars::json : scalars;
    object.AddMember(json::make_string(name, allocator_), convert(value, depth + 1, within), allocator_);
  }

  // What the object says itself has precedence, then the first of those that are merged.
  void merge_all(json::Value& object, const YAML::Node& node, int depth, Scalars scalars) {
    std::unordered_set<std::string> names;
    for (const auto& member : node) {
      if (!is_merge(member.first, scalars)) continue;
      if (names.empty()) {
        for (const auto& own : object.GetObject()) names.emplace(json::view(own.name));
      }
      merge(object, convert(member.second, depth + 1, scalars), names);
    }
  }

  void merge(json::Value& object, json::Value more, std::unordered_set<std::string>& names) {
    const auto take = [&](json::Value& from) {
      if (!from.IsObject()) return;
      for (auto& member : from.GetObject()) {
        if (names.emplace(json::view(member.name)).second) object.AddMember(member.name, member.value, allocator_);
      }
    };
    if (!more.IsArray()) return take(more);
    for (auto& element : more.GetArray()) take(element);
  }

  json::Value convert_scalar(const YAML::Node& node, Scalars scalars) {
    const std::string& text = node.Scalar();
    count_text(text);
    if (node.Tag() == "?" && scalars == Scalars::typed) return yaml_scalar(text, allocator_);
    if (node.Tag() == "?" && scalars == Scalars::json) return json_scalar(text);
    return json::make_string(text, allocator_);
  }

  // Of YAML's scalars those that are JSON's too.
  json::Value json_scalar(const std::string& text) {
    if (text == "true" || text == "false") return json::Value(text == "true");
    if (text.find_first_not_of("+-.0123456789eE") == std::string::npos) {
      if (const auto number = json::parse(text); number && number->IsNumber()) return json::Value(*number, allocator_);
    }
    return json::make_string(text, allocator_);
  }

  json::Allocator& allocator_;
  std::size_t nodes_ = 0;
  std::size_t bytes_ = 0;
};

json::ParseError error(std::string_view why) { return {fmt::format("invalid YAML: {}", why), 0}; }

bool has_too_many_parts(std::string_view text) {
  constexpr std::string_view kMarks = ",:\n[{";
  const auto is_mark = [&](char c) { return kMarks.find(c) != std::string_view::npos; };
  return std::count_if(text.begin(), text.end(), is_mark) > kMostMarks;
}

json::Outcome<json::Document> parse(const std::string& text, Scalars scalars) {
  if (has_too_many_parts(text)) return error(fmt::format("it has more than {} parts; send JSON", kMostMarks));
  try {
    if (!is_utf8(text)) return error("it is no UTF-8");
    const YAML::Node node = YAML::Load(text);
    json::Document document;
    json::Value root = Converter(document.GetAllocator()).convert(node, 1, scalars);
    root.Swap(document);
    return document;
  } catch (const YAML::Exception& problem) {
    if (problem.mark.is_null()) return error("it cannot be understood");
    return error(fmt::format("line {}, column {}", problem.mark.line + 1, problem.mark.column + 1));
  } catch (const TooLarge& problem) {
    return error(problem.what());
  }
}

}  // namespace

json::Outcome<json::Document> parse_yaml(const std::string& text) { return parse(text, Scalars::text); }
json::Outcome<json::Document> parse_yaml_object(const std::string& text) { return parse(text, Scalars::typed); }

}  // namespace kyma::kube
