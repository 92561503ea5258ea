// A charts directory of a test's own, gone with it.
#pragma once

#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace kyma::test {

class ChartDirectory {
 public:
  ChartDirectory()
      : path_(std::filesystem::temp_directory_path() / ("kyma-charts-" + std::to_string(getpid()) + "-" +
                                                        std::to_string(reinterpret_cast<std::uintptr_t>(this)))) {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~ChartDirectory() { std::filesystem::remove_all(path_); }
  ChartDirectory(const ChartDirectory&) = delete;
  ChartDirectory& operator=(const ChartDirectory&) = delete;

  const std::filesystem::path& path() const noexcept { return path_; }
  void write(const std::string& name, std::string_view text) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name) << text;
  }
  // A chart of one template.
  void chart(const std::string& name, std::string_view manifest, const std::string& version = "1.0.0",
             const std::string& directory = {}) const {
    const std::string root = directory.empty() ? name : directory;
    write(root + "/Chart.yaml", "apiVersion: v2\nname: " + name + "\nversion: " + version + "\n");
    write(root + "/templates/a.yaml", manifest);
  }

 private:
  std::filesystem::path path_;
};

}  // namespace kyma::test
