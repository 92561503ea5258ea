#include "operator/apiserver/audit_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "operator/kube/meta/time.hpp"

namespace kyma::apiserver {
namespace {

constexpr std::size_t kMegabyte = 1024 * 1024;
constexpr int kPatience = 1000;  // milliseconds that a full pipe is waited for
constexpr auto kFileMode = S_IRUSR | S_IWUSR;

std::string reason(int error) { return std::generic_category().message(error); }

int open_to_append(const std::string& path) {
  return ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, kFileMode);
}

// "dir/audit-" and ".log" of "dir/audit.log": between them stands the time.
std::pair<std::string, std::string> around_time(const std::string& path) {
  const std::filesystem::path whole(path);
  return {(whole.parent_path() / whole.stem()).string() + "-", whole.extension().string()};
}

// "2026-11-22T10-15-30.123"
std::string time_in_name(WallTime now) {
  constexpr std::size_t kUpToMilliseconds = 23;
  auto text = kube::format_micro_time(now).substr(0, kUpToMilliseconds);
  std::replace(text.begin(), text.end(), ':', '-');
  return text;
}

}  // namespace

std::string_view to_string(AuditLevel level) noexcept {
  switch (level) {
    case AuditLevel::none: return "None";
    case AuditLevel::metadata: return "Metadata";
    case AuditLevel::request: break;
  }
  return "Request";
}

std::optional<AuditLevel> audit_level_from_string(std::string_view name) noexcept {
  for (const auto level : {AuditLevel::none, AuditLevel::metadata, AuditLevel::request}) {
    if (to_string(level) == name) return level;
  }
  return std::nullopt;
}

AuditFile::Outcome<std::unique_ptr<AuditFile>> AuditFile::open(const AuditOptions& options) {
  if (options.path == "-") return std::unique_ptr<AuditFile>(new AuditFile(options, STDOUT_FILENO, 0));
  const int descriptor = open_to_append(options.path);
  struct stat status {};
  if (descriptor < 0 || ::fstat(descriptor, &status) != 0) {
    const int error = errno;
    if (descriptor >= 0) ::close(descriptor);
    return fmt::format("cannot open the audit log {}: {}; choose another file with --audit-log-path", options.path,
                       reason(error));
  }
  return std::unique_ptr<AuditFile>(new AuditFile(options, descriptor, static_cast<std::size_t>(status.st_size)));
}

AuditFile::~AuditFile() {
  if (is_file()) ::close(descriptor_);
}

AuditFile::Outcome<void> AuditFile::write(std::string_view lines, WallTime now) {
  const std::size_t limit = options_.max_megabytes * kMegabyte;
  if (is_file() && limit > 0 && size_ > 0 && size_ + lines.size() > limit) {
    if (auto rotated = rotate(now); !rotated) return rotated;
  }
  auto written = write_all(lines);
  if (written) {
    size_ += lines.size();
  } else if (is_file()) {
    // Half a line would spoil the one after it.
    if (::ftruncate(descriptor_, static_cast<off_t>(size_)) != 0) size_ += lines.size();
  }
  return written;
}

AuditFile::Outcome<void> AuditFile::write_all(std::string_view text) {
  while (!text.empty()) {
    const auto count = ::write(descriptor_, text.data(), text.size());
    if (count >= 0) {
      text.remove_prefix(static_cast<std::size_t>(count));
      continue;
    }
    if (errno == EINTR) continue;
    if (errno == EAGAIN) {
      pollfd ready{descriptor_, POLLOUT, 0};
      if (::poll(&ready, 1, kPatience) > 0) continue;
      errno = EAGAIN;
    }
    return fmt::format("writing the audit log {}: {}", options_.path, reason(errno));
  }
  return {};
}

AuditFile::Outcome<void> AuditFile::rotate(WallTime now) {
  const auto [before, behind] = around_time(options_.path);
  const auto backup = before + time_in_name(now) + behind;
  if (std::rename(options_.path.c_str(), backup.c_str()) != 0) {
    return fmt::format("putting aside the audit log {} as {}: {}", options_.path, backup, reason(errno));
  }
  const int fresh = open_to_append(options_.path);
  if (fresh < 0) {
    const int error = errno;
    std::rename(backup.c_str(), options_.path.c_str());  // so that the next try finds it as it was
    return fmt::format("beginning a new audit log {}: {}", options_.path, reason(error));
  }
  ::close(descriptor_);
  descriptor_ = fresh;
  size_ = 0;
  remove_old_backups();
  return {};
}

void AuditFile::remove_old_backups() const {
  if (options_.max_backups == 0) return;
  const auto [before, behind] = around_time(options_.path);
  const std::size_t length = before.size() + time_in_name(WallTime{}).size() + behind.size();
  auto folder = std::filesystem::path(options_.path).parent_path();
  if (folder.empty()) folder = ".";
  std::vector<std::string> backups;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    const auto name = (std::filesystem::path(before).parent_path() / entry.path().filename()).string();
    if (name.size() == length && name.starts_with(before) && name.ends_with(behind)) backups.push_back(name);
  }
  std::sort(backups.begin(), backups.end());  // their names are in the order of time
  while (backups.size() > options_.max_backups) {
    std::filesystem::remove(backups.front(), ignored);
    backups.erase(backups.begin());
  }
}

}  // namespace kyma::apiserver
