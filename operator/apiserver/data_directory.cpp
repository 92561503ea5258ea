#include "operator/apiserver/data_directory.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

namespace kyma::apiserver {
namespace {

constexpr const char* kLockFile = "lock";

StorageFailure unusable(const std::string& what, int code) {
  return {fmt::format("cannot use {}: {}; name a directory that this user may write to", what, std::strerror(code))};
}

// Who holds the lock has written its process id.
std::string holder(int descriptor) {
  std::array<char, 32> text{};
  const auto size = ::pread(descriptor, text.data(), text.size() - 1, 0);
  return size > 0 ? fmt::format(" (process {})", text.data()) : std::string();
}

void write_holder(int descriptor) {
  const auto text = fmt::format("{}", ::getpid());
  // Only a hint for people: the lock is what counts.
  if (::ftruncate(descriptor, 0) == 0) {
    [[maybe_unused]] const auto written = ::pwrite(descriptor, text.data(), text.size(), 0);
  }
}

}  // namespace

StorageOutcome<DataDirectory> DataDirectory::open(const std::string& path) {
  std::error_code error;
  if (std::filesystem::create_directories(path, error)) {
    std::filesystem::permissions(path, std::filesystem::perms::owner_all, error);
  }
  if (error) return unusable(path, error.value());
  const auto lock = path + "/" + kLockFile;
  const int descriptor = ::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) return unusable(lock, errno);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    const int code = errno;
    StorageFailure failure = unusable(lock, code);
    if (code == EWOULDBLOCK) {
      failure.message =
          fmt::format("another server{} uses {}; stop that one, or name another directory", holder(descriptor), path);
    }
    ::close(descriptor);
    return failure;
  }
  write_holder(descriptor);
  return DataDirectory(path, descriptor);
}

DataDirectory::DataDirectory(DataDirectory&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

DataDirectory::~DataDirectory() {
  if (lock_ >= 0) ::close(lock_);
}

StorageOutcome<void> DataDirectory::make_private(const std::string& name) const {
  const int descriptor = ::open(file(name).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return unusable(file(name), errno);
  ::close(descriptor);
  return {};
}

void DataDirectory::sync() const {
  const int descriptor = ::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

}  // namespace kyma::apiserver
