// Charts for tests: directories that go away by themselves, and archives in memory.
#pragma once

#include <zlib.h>

#include <unistd.h>
#include <array>
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "operator/helm/chart/dependencies.hpp"
#include "operator/helm/chart/load.hpp"
#include "operator/helm/chart/user_values.hpp"
#include "operator/helm/formats/json.hpp"

namespace kyma::helm::test {

using Files = std::vector<std::pair<std::string, std::string>>;

inline const std::string kChartYaml = "name: demo\nversion: 1.0.0\n";

class ScratchDirectory {
 public:
  ScratchDirectory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "kyma-chart-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no scratch directory");
    path_ = std::filesystem::canonical(pattern);
  }
  explicit ScratchDirectory(const Files& files) : ScratchDirectory() {
    for (const auto& [name, text] : files) write(name, text);
  }
  ~ScratchDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;

  const std::filesystem::path& path() const noexcept { return path_; }
  std::string at(const std::string& name) const { return (path_ / name).string(); }
  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << text;
  }
  void link(const std::string& name, const std::string& target) const {
    std::filesystem::create_symlink(target, path_ / name);
  }

 private:
  std::filesystem::path path_;
};

// The chart, or what loading it says.
inline std::string load_error(const std::filesystem::path& path, const LoadLimits& limits = {}) {
  const auto chart = load_chart(path, limits);
  return chart ? std::string("no error") : chart.error().message;
}
inline std::string files_error(const Files& files, const LoadLimits& limits = {}) {
  const ScratchDirectory directory(files);
  return load_error(directory.path(), limits);
}

inline std::string file_names(const Chart& chart) {
  std::string names;
  for (const ChartFile& file : chart.files) names += file.name + ";";
  return names;
}

inline std::string tar_entry(const std::string& name, const std::string& data, char type = '0') {
  std::string header(512, '\0');
  const auto put = [&](std::size_t at, const std::string& text) { header.replace(at, text.size(), text); };
  const auto octal = [](std::size_t value, int width) {
    std::array<char, 24> text{};
    std::snprintf(text.data(), text.size(), "%0*zo", width, value);
    return std::string(text.data());
  };
  put(0, name);
  put(100, "0000644");
  put(108, "0000000");
  put(116, "0000000");
  put(124, octal(data.size(), 11));
  put(136, octal(0, 11));
  put(148, "        ");
  header[156] = type;
  put(257, std::string("ustar\00000", 8));
  std::size_t sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  put(148, octal(sum, 6) + std::string("\0 ", 2));
  return header + data + std::string((512 - data.size() % 512) % 512, '\0');
}

inline std::string gzip(const std::string& data) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) throw std::bad_alloc();
  std::string result(deflateBound(&stream, data.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));
  stream.avail_in = static_cast<uInt>(data.size());
  stream.next_out = reinterpret_cast<Bytef*>(result.data());
  stream.avail_out = static_cast<uInt>(result.size());
  deflate(&stream, Z_FINISH);
  result.resize(stream.total_out);
  deflateEnd(&stream);
  return result;
}

inline std::string tar(const Files& files) {
  std::string result;
  for (const auto& [name, data] : files) result += tar_entry(name, data);
  return result + std::string(1024, '\0');
}

inline std::string archive(const Files& files) { return gzip(tar(files)); }

inline std::string archive_error(const std::string& bytes, const LoadLimits& limits = {}) {
  const auto chart = load_archive(bytes, limits);
  return chart ? std::string("no error") : chart.error().message;
}

// A release of a chart, up to what its templates would see.
struct Release {
  Heap heap;
  Warnings warnings;
  ChartNode root;
  Value values;
  std::string error;

  std::string json() const { return error.empty() ? to_json(values) : error; }
};

inline std::unique_ptr<Release> release(const std::filesystem::path& chart_path,
                                        const std::vector<std::string>& sets = {}) {
  auto result = std::make_unique<Release>();
  const auto fail = [&](const ChartError& error) {
    result->error = error.message;
    return std::move(result);
  };
  ValueOptions options;
  options.values = sets;
  const auto user_values = merge_value_options(options, result->heap);
  if (!user_values) return fail(user_values.error());
  const auto chart = load_chart(chart_path);
  if (!chart) return fail(chart.error());
  auto root = process_dependencies(*chart, *user_values, result->heap, result->warnings);
  if (!root) return fail(root.error());
  result->root = std::move(*root);
  result->warnings.clear();
  const auto values = coalesce_values(result->root, *user_values, result->heap, result->warnings);
  if (!values) return fail(values.error());
  result->values = *values;
  return result;
}

}  // namespace kyma::helm::test
