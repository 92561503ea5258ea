#include "operator/kube/client/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

namespace kyma::kube {
namespace {

namespace fs = std::filesystem;

// Configuration files are small; this keeps a mistaken path from filling the memory.
constexpr std::size_t kLargestFile = 16 * 1024 * 1024;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { close(); }

  int number() const noexcept { return number_; }
  bool close() noexcept { return number_ < 0 || ::close(std::exchange(number_, -1)) == 0; }

 private:
  int number_;
};

Error failed(std::string_view what, const std::string& path, int code) {
  return configuration_error(fmt::format("cannot {} {}: {}", what, path, std::generic_category().message(code)));
}

bool write_all(int descriptor, std::string_view content) {
  while (!content.empty()) {
    const auto written = ::write(descriptor, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

// The name of a file is on disk only once its directory is.
void sync_directory(const fs::path& directory) {
  const Descriptor opened(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.number() >= 0) ::fsync(opened.number());
}

}  // namespace

Error configuration_error(std::string message) { return Error{Reason::configuration, 0, std::move(message)}; }

Outcome<std::string> read_file(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.number() < 0) return failed("read", path, errno);
  std::string content;
  char buffer[8192];
  while (true) {
    const auto size = ::read(file.number(), buffer, sizeof buffer);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return failed("read", path, errno);
    if (size == 0) return content;
    content.append(buffer, static_cast<std::size_t>(size));
    if (content.size() > kLargestFile) return failed("read", path, EFBIG);
  }
}

Outcome<void> write_file_atomically(const std::string& path, std::string_view content) {
  fs::path directory = fs::path(path).parent_path();
  if (directory.empty()) directory = ".";
  std::error_code problem;
  fs::create_directories(directory, problem);
  if (problem) return failed("create the directory", directory.string(), problem.value());

  std::string temporary = path + ".XXXXXX";
  Descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));  // made with mode 0600
  if (file.number() < 0) return failed("write", path, errno);
  const bool written = write_all(file.number(), content) && ::fsync(file.number()) == 0 && file.close() &&
                       ::rename(temporary.c_str(), path.c_str()) == 0;
  if (!written) {
    const int code = errno;
    ::unlink(temporary.c_str());
    return failed("write", path, code);
  }
  sync_directory(directory);
  return {};
}

}  // namespace kyma::kube
