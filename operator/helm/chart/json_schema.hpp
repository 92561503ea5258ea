// values.schema.json: checks values against a JSON schema (drafts 4, 6 and 7, and their mixture), as the library does
// that Helm uses (gojsonschema), with its messages.
//
// References within the schema are followed; others are refused, as nothing is fetched from anywhere. Bounded in time
// and depth: a schema that refers to itself in circles is an error.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "operator/helm/chart/chart.hpp"

namespace kyma::helm {

// What is wrong with the values: a line "- PLACE: COMPLAINT" each; or, on one line without an end, with the schema
// itself. Nothing if all is well. `values` is a map.
std::optional<std::string> schema_complaint(std::string_view schema, Value values);

}  // namespace kyma::helm
