// Files of templates and what the real helm makes of them.
#pragma once

#include <rapidjson/document.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "test/unit/helm/functions/evaluation.hpp"

namespace kyma::helm::test {

// Each line of the file: a template's text, `text` or `error`, and the result, or of an error the last part.
inline void check_expectations(std::string_view name, std::size_t at_least) {
  std::ifstream file(test_file(name));
  REQUIRE(file);
  std::size_t count = 0;
  for (std::string line; std::getline(file, line); ++count) {
    rapidjson::Document row;
    row.Parse(line);
    REQUIRE_FALSE(row.HasParseError());
    const std::string text(row[0].GetString(), row[0].GetStringLength());
    const std::string expected(row[2].GetString(), row[2].GetStringLength());
    const Evaluation result = evaluate(text);
    INFO(text);
    if (std::string_view(row[1].GetString()) == "error") {
      CHECK_THAT(result.error, Catch::Matchers::EndsWith(": " + expected));
    } else {
      CHECK(result.error == "");
      CHECK(result.text == expected);
    }
  }
  CHECK(count >= at_least);
}

}  // namespace kyma::helm::test
