#include "operator/kube/client/watched_file.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <utility>

#include "operator/kube/client/files.hpp"

namespace kyma::kube {
namespace {

std::int64_t nanoseconds(const ::timespec& time) { return time.tv_sec * 1'000'000'000 + time.tv_nsec; }

}  // namespace

std::optional<WatchedFile::Stamp> WatchedFile::stamp_of(const std::string& path) noexcept {
  struct ::stat status {};
  if (::stat(path.c_str(), &status) != 0) return Stamp();
  if (!S_ISREG(status.st_mode)) return std::nullopt;
  return Stamp{status.st_dev, status.st_ino, status.st_size, nanoseconds(status.st_mtim), nanoseconds(status.st_ctim)};
}

Outcome<bool> WatchedFile::refresh() {
  if (path_.empty()) return false;
  // Taken before the file is read: what changes meanwhile is seen the next time.
  const auto now = stamp_of(path_);
  if (!now || *now == seen_) return false;
  seen_ = *now;
  auto content = read_file(path_);
  readable_ = content && !content->empty();
  if (!content) return content.error();
  if (content->empty()) return configuration_error(fmt::format("{} is empty", path_));
  if (*content == content_) return false;
  content_ = *std::move(content);
  return true;
}

}  // namespace kyma::kube
