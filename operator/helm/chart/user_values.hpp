// The user's values from -f, --set, --set-json, --set-string, --set-file and --set-literal, in Helm's order.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "operator/helm/chart/chart.hpp"

namespace kyma::helm {

struct ValueOptions {
  std::vector<std::string> files;           // paths; "-" is standard input
  std::vector<std::string> json;            // --set-json
  std::vector<std::string> values;          // --set
  std::vector<std::string> string_values;   // --set-string
  std::vector<std::string> file_values;     // --set-file
  std::vector<std::string> literal_values;  // --set-literal
};

// Errors are Helm's texts ("failed parsing --set data: key ... has no value").
ChartOutcome<Value> merge_value_options(const ValueOptions& options, Heap& heap);

// Helm's strvals: parses "a.b[0]=c,d=e" into `destination`.
enum class SetMode { typed, string, json, literal };
ChartOutcome<void> parse_set(std::string_view text, SetMode mode, Value destination, Heap& heap);

}  // namespace kyma::helm
