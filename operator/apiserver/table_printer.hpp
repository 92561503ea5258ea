// meta.k8s.io/v1 Tables, which is what kubectl get prints: the server decides on the columns.
//
//   auto printer = TablePrinter::for_columns(additional_printer_columns);   // once per resource
//   TableBuilder table(printer, {.now = clock.wall_now()});                 // once per answer
//   for (...) table.add(object);
//   answer = std::move(table).finish({.resource_version = "42"});
//
// A list is a table of many rows, one object a table of one (with the object's own resourceVersion), and the object of
// a watch event too: `headers` is then true for the first event of the stream only. Thread: a printer is immutable; a
// builder belongs to one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operator/base/time.hpp"
#include "operator/kube/meta/error.hpp"
#include "operator/kube/meta/json.hpp"

namespace kyma::apiserver {

// What a row carries besides its cells: the query parameter includeObject.
enum class IncludeObject { none, metadata, object };
// "", "None", "Metadata", "Object"; nothing for any other text.
std::optional<IncludeObject> include_object_from_string(std::string_view text) noexcept;

struct TableColumn;

class TablePrinter {
 public:
  // From a CRD version's additionalPrinterColumns; null or an empty array gives Name and Age. A column whose path does
  // not parse prints nothing (check_columns() refuses it when the CRD is created).
  static std::shared_ptr<const TablePrinter> for_columns(const json::Value* additional_printer_columns);
  // A resource that the server knows by itself ("namespaces", "leases.coordination.k8s.io"), by group and plural;
  // others get Name and Age.
  static std::shared_ptr<const TablePrinter> for_built_in(std::string_view group, std::string_view plural);
  // Validation causes of additionalPrinterColumns; `field` names it ("spec.versions[0].additionalPrinterColumns").
  static std::vector<kube::StatusCause> check_columns(const json::Value& additional_printer_columns,
                                                      std::string_view field);

  ~TablePrinter();

  // The elements of columnDefinitions, as JSON text without brackets.
  const std::string& column_definitions() const noexcept { return definitions_; }
  // Writes the cells of one object, as the elements of an open array.
  void write_cells(json::Writer& writer, const json::Value& object, WallTime now) const;

 private:
  explicit TablePrinter(std::vector<TableColumn> columns);

  std::vector<TableColumn> columns_;
  std::string definitions_;
};

struct TableOptions {
  WallTime now = {};  // ages are counted up to here
  IncludeObject include = IncludeObject::metadata;
  bool headers = true;                              // false: columnDefinitions is left empty
  std::string_view api_version = "meta.k8s.io/v1";  // or meta.k8s.io/v1beta1
};

struct TableMeta {
  std::string_view resource_version = {};
  std::string_view continue_token = {};
  std::optional<std::int64_t> remaining_item_count = {};
};

class TableBuilder {
 public:
  TableBuilder(std::shared_ptr<const TablePrinter> printer, const TableOptions& options);

  // Adds a row; the object need not outlive the call.
  void add(const json::Value& object);
  // How large the text is that can be taken.
  std::size_t bytes() const noexcept { return rows_.size(); }
  // The Table's JSON text so far, but for what was taken before: a long one is sent in pieces.
  std::string take(const TableMeta& meta);
  // The same with its end. The builder is used up.
  std::string finish(const TableMeta& meta) &&;

 private:
  std::string head(const TableMeta& meta) const;

  std::shared_ptr<const TablePrinter> printer_;
  TableOptions options_;
  std::string rows_;
  bool has_rows_ = false;
  bool head_taken_ = false;
};

}  // namespace kyma::apiserver
