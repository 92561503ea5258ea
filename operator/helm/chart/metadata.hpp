// Chart.yaml and its relatives: decoding as Helm decodes them, its checks, its messages.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "operator/helm/chart/chart.hpp"

namespace kyma::helm {

// Reads the metadata of one chart, from Chart.yaml and, in charts of the first API version, from requirements.yaml:
// each file is read into what the ones before it left, field by field and entry by entry, as encoding/json does it.
class MetadataReader {
 public:
  // What import-values hold goes to `heap`. Throws FormatError with the message of Go's libraries.
  void read(std::string_view yaml, Heap& heap);
  bool has_read() const noexcept { return has_read_; }
  bool is_version_1() const noexcept { return metadata_.api_version == "v1"; }
  // Helm's first versions had no API version.
  void default_to_version_1();
  // Cleans and checks. Throws ChartFailure with Helm's message. The reader is empty afterwards.
  Metadata finish();

 private:
  friend class MetadataDecoder;

  bool has_read_ = false;
  Metadata metadata_;
  // Nothing where the list has a null, which is an error unless a later file fills it.
  std::vector<std::optional<Maintainer>> maintainers_;
  std::vector<std::optional<Dependency>> dependencies_;
};

// Chart.lock decides nothing about a rendering, but Helm reads it and fails if it cannot. Throws FormatError.
void check_lock(std::string_view yaml);

}  // namespace kyma::helm
