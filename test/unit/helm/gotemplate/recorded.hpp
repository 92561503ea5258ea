// Reads the files *.jsonl beside the tests: one JSON array of texts per line, recorded from the real helm.
#pragma once

#include <rapidjson/document.h>

#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace kyma::gotemplate::test {

inline std::vector<std::vector<std::string>> recorded(const char* name) {
  std::ifstream file(std::filesystem::path("test/unit/helm/gotemplate") / name);
  REQUIRE(file);
  std::vector<std::vector<std::string>> rows;
  for (std::string line; std::getline(file, line);) {
    rapidjson::Document row;
    row.Parse(line);
    REQUIRE_FALSE(row.HasParseError());
    std::vector<std::string>& texts = rows.emplace_back();
    for (const auto& text : row.GetArray()) texts.emplace_back(text.GetString(), text.GetStringLength());
  }
  return rows;
}

}  // namespace kyma::gotemplate::test
