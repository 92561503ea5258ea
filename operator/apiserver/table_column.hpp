// One column of a Table: its definition and how its cell is made. Only table_*.cpp includes it.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "operator/apiserver/table_printer.hpp"

namespace kyma::apiserver {

// Writes exactly one value.
using WriteCell = std::function<void(json::Writer& writer, const json::Value& object, WallTime now)>;

struct TableColumn {
  std::string name;    // "Status"
  std::string type;    // string, integer, number, boolean, date
  std::string format;  // "name" for the name column
  std::string description;
  int priority = 0;  // above 0: shown by -o wide only
  WriteCell write;
};

// The columns of a resource that the server knows by itself; empty when it does not know it.
std::vector<TableColumn> built_in_columns(std::string_view group, std::string_view plural);

TableColumn name_column();
TableColumn age_column();
// "5m" since an RFC 3339 text; "<unknown>" for an empty one, "<invalid>" for one that is no time.
std::string age_of(std::string_view timestamp, WallTime now);

}  // namespace kyma::apiserver
