// Two JSON reports side by side: what differs, by how much, and which is better.
//
// Values only; any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operator/kube/meta/error.hpp"

namespace kyma::load {

struct Difference {
  enum class Change { same, better, worse };  // the second run, beside the first

  std::string name;
  double before = 0;
  double after = 0;
  std::optional<double> percent;  // nothing when it was zero before
  Change change = Change::same;
};

struct Comparison {
  std::vector<Difference> differences;  // of the figures that both have
  std::vector<std::string> warnings;    // why the runs can hardly be compared
};

// The texts of two JSON reports. `before_name` and `after_name` are for messages. Error: decode, naming the file.
kube::Outcome<Comparison> compare(std::string_view before, std::string_view after, std::string_view before_name,
                                  std::string_view after_name);
std::string to_text(const Comparison& comparison);
// The figures that are worse by more than so many percent; from zero to anything is.
std::vector<std::string> regressions(const Comparison& comparison, double percent);

// Reads both files, prints the table on standard output, and returns the exit code.
struct CompareOptions;
int run_compare(const CompareOptions& options);

}  // namespace kyma::load
