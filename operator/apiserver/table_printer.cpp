#include "operator/apiserver/table_printer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "operator/apiserver/json_path.hpp"
#include "operator/apiserver/schema_cause.hpp"
#include "operator/apiserver/table_column.hpp"
#include "operator/kube/meta/time.hpp"

namespace kyma::apiserver {
namespace {

constexpr std::array<std::string_view, 5> kColumnTypes = {"boolean", "date", "integer", "number", "string"};

void write_integer(json::Writer& writer, const json::Value& value) {
  if (value.IsInt64()) {
    writer.integer(value.GetInt64());
  } else if (value.IsDouble() && std::abs(value.GetDouble()) < 9.2e18) {
    writer.integer(static_cast<std::int64_t>(value.GetDouble()));
  } else {
    writer.null();
  }
}

std::string text_of(const json::Value& value) {
  if (value.IsString()) return std::string(json::view(value));
  return value.IsDouble() ? go_number(value.GetDouble()) : json::to_string(value);
}

// A value of the wrong type prints as nothing, which kubectl shows as <none>.
void write_typed(json::Writer& writer, std::string_view type, const json::Value& value, WallTime now) {
  if (type == "string" && !value.IsNull()) {
    writer.string(text_of(value));
  } else if (type == "integer" && value.IsNumber()) {
    write_integer(writer, value);
  } else if (type == "number" && value.IsNumber()) {
    writer.value(value);
  } else if (type == "boolean" && value.IsBool()) {
    writer.boolean(value.GetBool());
  } else if (type == "date" && value.IsString()) {
    writer.string(age_of(json::view(value), now));
  } else {
    writer.null();
  }
}

TableColumn custom_column(const json::Value& definition) {
  TableColumn column;
  const std::string_view path_text = json::string_at(definition, {"jsonPath"});
  column.name = json::string_at(definition, {"name"});
  column.type = json::string_at(definition, {"type"});
  column.format = json::string_at(definition, {"format"});
  column.description = json::string_at(definition, {"description"});
  if (column.description.empty()) {
    column.description = fmt::format("Custom resource definition column (in JSONPath format): {}", path_text);
  }
  column.priority = static_cast<int>(std::clamp<std::int64_t>(json::int_at(definition, {"priority"}), 0, 1'000'000));
  auto path = JsonPath::parse(path_text);
  if (!path) {
    column.write = [](json::Writer& writer, const json::Value&, WallTime) { writer.null(); };
    return column;
  }
  column.write = [path = std::move(*path), type = column.type](json::Writer& writer, const json::Value& object,
                                                               WallTime now) {
    const json::Value* value = path.first(object);
    if (value == nullptr) {
      writer.null();
    } else {
      write_typed(writer, type, *value, now);
    }
  };
  return column;
}

}  // namespace

std::optional<IncludeObject> include_object_from_string(std::string_view text) noexcept {
  if (text.empty() || text == "Metadata") return IncludeObject::metadata;
  if (text == "None") return IncludeObject::none;
  if (text == "Object") return IncludeObject::object;
  return std::nullopt;
}

std::string age_of(std::string_view timestamp, WallTime now) {
  if (timestamp.empty() || timestamp == "null") return "<unknown>";
  const std::optional<WallTime> time = kube::parse_time(timestamp);
  return time ? kube::human_duration(now - *time) : "<invalid>";
}

TableColumn name_column() {
  return {"Name",
          "string",
          "name",
          "The name of the object, unique among its kind in a namespace.",
          0,
          [](json::Writer& writer, const json::Value& object, WallTime) {
            writer.string(json::string_at(object, {"metadata", "name"}));
          }};
}

TableColumn age_column() {
  return {"Age",
          "date",
          "",
          "How long ago the object was created.",
          0,
          [](json::Writer& writer, const json::Value& object, WallTime now) {
            writer.string(age_of(json::string_at(object, {"metadata", "creationTimestamp"}), now));
          }};
}

TablePrinter::TablePrinter(std::vector<TableColumn> columns) : columns_(std::move(columns)) {
  for (const TableColumn& column : columns_) {
    json::Writer writer;
    writer.object([&] {
      writer.key("name").string(column.name);
      writer.key("type").string(column.type);
      writer.key("format").string(column.format);
      writer.key("description").string(column.description);
      writer.key("priority").integer(column.priority);
    });
    if (!definitions_.empty()) definitions_ += ',';
    definitions_ += writer.view();
  }
}

TablePrinter::~TablePrinter() = default;

std::shared_ptr<const TablePrinter> TablePrinter::for_columns(const json::Value* additional_printer_columns) {
  std::vector<TableColumn> columns;
  columns.push_back(name_column());
  if (additional_printer_columns != nullptr && additional_printer_columns->IsArray()) {
    for (const json::Value& definition : additional_printer_columns->GetArray()) {
      columns.push_back(custom_column(definition));
    }
  }
  if (columns.size() == 1) columns.push_back(age_column());
  return std::shared_ptr<const TablePrinter>(new TablePrinter(std::move(columns)));
}

std::shared_ptr<const TablePrinter> TablePrinter::for_built_in(std::string_view group, std::string_view plural) {
  std::vector<TableColumn> columns = built_in_columns(group, plural);
  if (columns.empty()) {
    columns.push_back(name_column());
    columns.push_back(age_column());
  }
  return std::shared_ptr<const TablePrinter>(new TablePrinter(std::move(columns)));
}

std::vector<kube::StatusCause> TablePrinter::check_columns(const json::Value& additional_printer_columns,
                                                           std::string_view field) {
  std::vector<kube::StatusCause> causes;
  const FieldPath root;
  const FieldPath list(root, field);
  if (!additional_printer_columns.IsArray()) {
    causes.push_back(cause::invalid(list.str(), printed(additional_printer_columns), "must be of type array"));
    return causes;
  }
  for (rapidjson::SizeType i = 0; i < additional_printer_columns.Size(); ++i) {
    const json::Value& column = additional_printer_columns[i];
    const FieldPath here(list, i);
    const auto place = [&](std::string_view key) { return FieldPath(here, key).str(); };
    if (json::string_at(column, {"name"}).empty()) causes.push_back(cause::required(place("name")));
    const std::string_view type = json::string_at(column, {"type"});
    if (type.empty()) {
      causes.push_back(cause::required(place("type")));
    } else if (std::find(kColumnTypes.begin(), kColumnTypes.end(), type) == kColumnTypes.end()) {
      causes.push_back(cause::invalid(place("type"), go_quote(type),
                                      fmt::format("must be one of {}", fmt::join(kColumnTypes, ","))));
    }
    const std::string_view text = json::string_at(column, {"jsonPath"});
    if (text.empty()) {
      causes.push_back(cause::required(place("jsonPath")));
    } else if (text.front() != '.') {
      causes.push_back(cause::invalid(place("jsonPath"), go_quote(text), "must be a simple json path starting with ."));
    } else if (const auto path = JsonPath::parse(text); !path) {
      causes.push_back(cause::invalid(place("jsonPath"), go_quote(text), path.error().message));
    }
  }
  return causes;
}

void TablePrinter::write_cells(json::Writer& writer, const json::Value& object, WallTime now) const {
  for (const TableColumn& column : columns_) column.write(writer, object, now);
}

TableBuilder::TableBuilder(std::shared_ptr<const TablePrinter> printer, const TableOptions& options)
    : printer_(std::move(printer)), options_(options) {}

void TableBuilder::add(const json::Value& object) {
  json::Writer writer;
  writer.object([&] {
    writer.key("cells").array([&] { printer_->write_cells(writer, object, options_.now); });
    writer.key("object");
    if (options_.include == IncludeObject::none) {
      writer.null();
    } else if (options_.include == IncludeObject::object) {
      writer.value(object);
    } else {
      writer.object([&] {
        writer.key("kind").string("PartialObjectMetadata");
        writer.key("apiVersion").string(options_.api_version);
        const json::Value* metadata = json::find(object, "metadata");
        writer.key("metadata");
        metadata != nullptr ? writer.value(*metadata) : writer.object([] {});
      });
    }
  });
  if (std::exchange(has_rows_, true)) rows_ += ',';
  rows_ += writer.view();
}

std::string TableBuilder::head(const TableMeta& meta) const {
  json::Writer metadata;
  metadata.object([&] {
    if (!meta.resource_version.empty()) metadata.key("resourceVersion").string(meta.resource_version);
    if (!meta.continue_token.empty()) metadata.key("continue").string(meta.continue_token);
    if (meta.remaining_item_count) metadata.key("remainingItemCount").integer(*meta.remaining_item_count);
  });
  return fmt::format(R"({{"kind":"Table","apiVersion":"{}","metadata":{},"columnDefinitions":[{}],"rows":[)",
                     options_.api_version, metadata.view(),
                     options_.headers ? std::string_view(printer_->column_definitions()) : "");
}

std::string TableBuilder::take(const TableMeta& meta) {
  auto rows = std::exchange(rows_, {});
  return std::exchange(head_taken_, true) ? rows : head(meta) + rows;
}

std::string TableBuilder::finish(const TableMeta& meta) && { return take(meta) + "]}"; }

}  // namespace kyma::apiserver
