#include "operator/apiserver/table_cells.hpp"

#include <fmt/format.h>

#include "operator/apiserver/kind_rules.hpp"

namespace kyma::apiserver {

const json::Value* at(const json::Value& object, const Path& path) {
  const json::Value* value = &object;
  for (const std::string_view key : path) {
    value = json::find(*value, key);
    if (value == nullptr) return nullptr;
  }
  return value;
}

std::string_view text_at(const json::Value& object, const Path& path) {
  const json::Value* value = at(object, path);
  return value != nullptr && value->IsString() ? json::view(*value) : std::string_view();
}

std::int64_t number_at(const json::Value& object, const Path& path, std::int64_t otherwise) {
  const json::Value* value = at(object, path);
  return value != nullptr && value->IsInt64() ? value->GetInt64() : otherwise;
}

std::int64_t count_at(const json::Value& object, const Path& path) {
  const json::Value* value = at(object, path);
  if (value == nullptr) return 0;
  if (value->IsObject()) return value->MemberCount();
  return value->IsArray() ? value->Size() : 0;
}

std::string shown_at(const json::Value& object, const Path& path, std::string_view otherwise) {
  const json::Value* value = at(object, path);
  if (value == nullptr || value->IsNull()) return std::string(otherwise);
  if (!value->IsString()) return json::to_string(*value);
  return std::string(value->GetStringLength() == 0 ? otherwise : json::view(*value));
}

std::string joined(const std::vector<std::string>& texts, std::string_view otherwise) {
  return texts.empty() ? std::string(otherwise) : fmt::format("{}", fmt::join(texts, ","));
}

std::vector<std::string> texts_in(const json::Value& object, const Path& list, const Path& path) {
  std::vector<std::string> texts;
  const json::Value* elements = at(object, list);
  if (elements == nullptr || !elements->IsArray()) return texts;
  for (const auto& element : elements->GetArray()) {
    if (const auto text = text_at(element, path); !text.empty()) texts.emplace_back(text);
  }
  return texts;
}

std::string labels_text(const json::Value* labels) {
  std::vector<std::string> texts;
  if (labels != nullptr && labels->IsObject()) {
    for (const auto& label : labels->GetObject()) {
      if (label.value.IsString())
        texts.push_back(fmt::format("{}={}", json::view(label.name), json::view(label.value)));
    }
  }
  return joined(texts);
}

TableColumn text_column(std::string name, std::string description, Path path, int priority) {
  return made_column(
      std::move(name), std::move(description),
      [path = std::move(path)](const json::Value& object, WallTime) { return text_at(object, path); }, priority);
}

TableColumn shown_column(std::string name, std::string description, Path path, int priority,
                         std::string_view otherwise) {
  return made_column(
      std::move(name), std::move(description),
      [path = std::move(path), otherwise](const json::Value& object, WallTime) {
        return shown_at(object, path, otherwise);
      },
      priority);
}

TableColumn number_column(std::string name, std::string description, Path path) {
  return {std::move(name),
          "integer",
          "",
          std::move(description),
          0,
          [path = std::move(path)](json::Writer& writer, const json::Value& object, WallTime) {
            writer.integer(number_at(object, path));
          }};
}

TableColumn count_column(std::string name, std::string description, std::vector<Path> paths) {
  return {std::move(name),
          "string",
          "",
          std::move(description),
          0,
          [paths = std::move(paths)](json::Writer& writer, const json::Value& object, WallTime) {
            std::int64_t count = 0;
            for (const Path& path : paths) count += count_at(object, path);
            writer.integer(count);
          }};
}

TableColumn created_at_column() {
  return text_column("Created At", "When the object was created.", {"metadata", "creationTimestamp"});
}

void add_pod_columns(std::vector<TableColumn>& columns, Path pod, Path selector) {
  pod.push_back("containers");
  const auto add = [&](std::string name, std::string description, std::string_view member) {
    columns.push_back(made_column(
        std::move(name), std::move(description),
        [pod, member](const json::Value& object, WallTime) { return joined(texts_in(object, pod, {member})); }, kWide));
  };
  add("Containers", "Names of the containers.", "name");
  add("Images", "Images of the containers.", "image");
  if (selector.empty()) return;
  columns.push_back(made_column(
      "Selector", "What selects the pods.",
      [selector = std::move(selector)](const json::Value& object, WallTime) {
        const auto* value = at(object, selector);
        const auto text = value ? selector_text(*value) : std::string();
        return text.empty() ? std::string("<none>") : text;
      },
      kWide));
}

}  // namespace kyma::apiserver
