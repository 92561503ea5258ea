#include "operator/kube/client/yaml.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <utility>

namespace kyma::kube {
namespace {

// Aliases can make a small text expand without end.
constexpr std::size_t kMostNodes = 1'000'000;

class TooLarge : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Converter {
 public:
  explicit Converter(json::Allocator& allocator) : allocator_(allocator) {}

  json::Value convert(const YAML::Node& node, int depth, bool typed = false) {
    if (depth > json::kMaxDepth) throw TooLarge(fmt::format("nested deeper than {} levels", json::kMaxDepth));
    if (++nodes_ > kMostNodes) throw TooLarge("its aliases expand to too much");
    switch (node.Type()) {
      case YAML::NodeType::Scalar: return typed ? typed_scalar(node) : json::make_string(node.Scalar(), allocator_);
      case YAML::NodeType::Sequence: {
        json::Value array(rapidjson::kArrayType);
        for (const auto& element : node) array.PushBack(convert(element, depth + 1, typed), allocator_);
        return array;
      }
      case YAML::NodeType::Map: {
        json::Value object(rapidjson::kObjectType);
        for (const auto& member : node) {
          const std::string key = member.first.IsScalar() ? member.first.Scalar() : std::string();
          json::Value value = convert(member.second, depth + 1, typed || key == "extension");
          object.AddMember(json::make_string(key, allocator_), std::move(value), allocator_);
        }
        return object;
      }
      default: return json::Value();
    }
  }

 private:
  // Of YAML's scalars those that are JSON's too.
  json::Value typed_scalar(const YAML::Node& node) {
    const std::string& text = node.Scalar();
    const bool plain = node.Tag() == "?";
    if (plain && (text == "true" || text == "false")) return json::Value(text == "true");
    const bool may_be_number = plain && text.find_first_not_of("+-.0123456789eE") == std::string::npos;
    if (const auto number = may_be_number ? json::parse(text) : json::Outcome<json::Document>(json::ParseError());
        number && number->IsNumber()) {
      return json::Value(*number, allocator_);
    }
    return json::make_string(text, allocator_);
  }

  json::Allocator& allocator_;
  std::size_t nodes_ = 0;
};

json::ParseError error(std::string_view why) { return {fmt::format("invalid YAML: {}", why), 0}; }

}  // namespace

json::Outcome<json::Document> parse_yaml(const std::string& text) {
  try {
    const YAML::Node node = YAML::Load(text);
    json::Document document;
    json::Value root = Converter(document.GetAllocator()).convert(node, 1);
    root.Swap(document);
    return document;
  } catch (const YAML::Exception& problem) {
    if (problem.mark.is_null()) return error("it cannot be understood");
    return error(fmt::format("line {}, column {}", problem.mark.line + 1, problem.mark.column + 1));
  } catch (const TooLarge& problem) {
    return error(problem.what());
  }
}

}  // namespace kyma::kube
