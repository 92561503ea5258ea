// What the columns of built-in kinds are made of. Only table_*.cpp includes it.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "operator/apiserver/table_column.hpp"

namespace kyma::apiserver {

using Path = std::vector<std::string_view>;

const json::Value* at(const json::Value& object, const Path& path);
std::string_view text_at(const json::Value& object, const Path& path);
std::int64_t number_at(const json::Value& object, const Path& path, std::int64_t otherwise = 0);
// How many elements or members are there.
std::int64_t count_at(const json::Value& object, const Path& path);
// Numbers, texts and truths as text; "<none>" or whatever else when there is nothing.
std::string shown_at(const json::Value& object, const Path& path, std::string_view otherwise = "<none>");
// "a,b", or `otherwise`.
std::string joined(const std::vector<std::string>& texts, std::string_view otherwise = "<none>");
// The texts at one path in each element of a list.
std::vector<std::string> texts_in(const json::Value& object, const Path& list, const Path& path);
std::string labels_text(const json::Value* labels);  // "a=b,c=d" or "<none>"

inline constexpr int kWide = 1;  // the priority of columns that -o wide shows

// A column whose cell is what the function makes of (object, now): a text.
template <class F>
TableColumn made_column(std::string name, std::string description, F text_of, int priority = 0) {
  return {std::move(name),
          "string",
          "",
          std::move(description),
          priority,
          [text_of](json::Writer& writer, const json::Value& object, WallTime now) {
            writer.string(text_of(object, now));
          }};
}
TableColumn text_column(std::string name, std::string description, Path path, int priority = 0);
// The same, but "<none>" or another word instead of nothing.
TableColumn shown_column(std::string name, std::string description, Path path, int priority = 0,
                         std::string_view otherwise = "<none>");
TableColumn number_column(std::string name, std::string description, Path path);
TableColumn count_column(std::string name, std::string description, std::vector<Path> paths);
TableColumn created_at_column();

// Containers, images and, unless the path is empty, the selector: what -o wide shows of workloads. `pod` is the path of
// the pods' spec.
void add_pod_columns(std::vector<TableColumn>& columns, Path pod, Path selector);

// By group and plural; empty for what is not theirs.
std::vector<TableColumn> core_columns(std::string_view group, std::string_view plural);
std::vector<TableColumn> workload_columns(std::string_view group, std::string_view plural);
std::vector<TableColumn> storage_columns(std::string_view group, std::string_view plural);
std::vector<TableColumn> network_columns(std::string_view group, std::string_view plural);
std::vector<TableColumn> policy_columns(std::string_view group, std::string_view plural);

}  // namespace kyma::apiserver
