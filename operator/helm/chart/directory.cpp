#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "operator/helm/chart/failure.hpp"
#include "operator/helm/chart/helmignore.hpp"
#include "operator/helm/chart/source.hpp"
#include "operator/helm/chart/system_error.hpp"

namespace kyma::helm {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxDepth = 128;  // directories in directories

[[noreturn]] void fail_irregular(const fs::path& path) {
  throw ChartFailure(fmt::format("cannot load irregular file {} as it has file mode type bits set", path.string()));
}

// filepath.EvalSymlinks of an absolute path, with its errors after Helm's prefix.
class LinkResolver {
 public:
  explicit LinkResolver(const fs::path& path) : path_(path) {}

  fs::path run() {
    std::string rest = path_.string();
    std::string resolved;
    while (take_slashes(rest), !rest.empty()) {
      const std::string element = rest.substr(0, rest.find('/'));
      rest.erase(0, element.size());
      if (element == ".") continue;
      if (element == "..") {
        resolved.resize(resolved.rfind('/') == std::string::npos ? 0 : resolved.rfind('/'));
        continue;
      }
      resolved += '/' + element;
      step(resolved, rest);
    }
    return resolved.empty() ? fs::path("/") : fs::path(resolved);
  }

 private:
  static constexpr int kMaxLinks = 255;

  static void take_slashes(std::string& text) { text.erase(0, text.find_first_not_of('/')); }
  [[noreturn]] void fail(std::string_view what) const {
    throw ChartFailure(fmt::format("error evaluating symlink {}: {}", path_.string(), what));
  }

  // A link is replaced by what it says.
  void step(std::string& resolved, std::string& rest) {
    struct stat status {};
    if (::lstat(resolved.c_str(), &status) != 0) {
      fail(fmt::format("lstat {}: {}", resolved, system_message(errno)));
    }
    if (!S_ISLNK(status.st_mode)) {
      if (!S_ISDIR(status.st_mode) && !rest.empty()) fail(system_message(ENOTDIR));
      return;
    }
    if (++links_ > kMaxLinks) fail("EvalSymlinks: too many links");
    std::error_code error;
    const std::string link = fs::read_symlink(resolved, error).string();
    if (error) fail(fmt::format("readlink {}: {}", resolved, system_message(error.value())));
    rest = link + rest;
    resolved.resize(link.starts_with('/') ? 0 : resolved.rfind('/'));
  }

  const fs::path& path_;
  int links_ = 0;
};

class DirectoryWalk {
 public:
  DirectoryWalk(fs::path top, LoadBudget& budget) : top_(std::move(top)), budget_(budget) {
    const fs::path rules = top_ / ".helmignore";
    struct stat status {};
    if (::stat(rules.c_str(), &status) == 0) {
      check_confined(rules, budget_.limits());
      if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) fail_irregular(rules);
      rules_ = IgnoreRules(read_file(rules));
    }
  }

  std::vector<ChartFile> run() {
    struct stat status {};
    if (::stat(top_.c_str(), &status) != 0) fail_with_errno("lstat", top_);
    directory(top_, "", status);
    return std::move(files_);
  }

 private:
  void directory(const fs::path& path, const std::string& name, const struct stat& status) {
    const std::pair<dev_t, ino_t> identity(status.st_dev, status.st_ino);
    if (std::find(open_.begin(), open_.end(), identity) != open_.end()) {
      throw ChartFailure(
          fmt::format("symbolic link {} leads back to a directory that it lies in: remove the link", path.string()));
    }
    if (open_.size() >= kMaxDepth) {
      throw ChartFailure(fmt::format("{} lies more than {} directories deep in the chart", path.string(), kMaxDepth));
    }
    open_.push_back(identity);
    for (const std::string& entry : entries(path)) node(path / entry, name.empty() ? entry : name + '/' + entry);
    open_.pop_back();
  }

  static std::vector<std::string> entries(const fs::path& path) {
    std::error_code error;
    std::vector<std::string> names;
    fs::directory_iterator entry(path, error);
    for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
      names.push_back(entry->path().filename().string());
    }
    if (error) throw ChartFailure(fmt::format("open {}: {}", path.string(), system_message(error.value())));
    std::sort(names.begin(), names.end());
    return names;
  }

  void node(const fs::path& path, const std::string& name) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) fail_with_errno("lstat", path);
    if (S_ISLNK(status.st_mode)) status = follow(path);
    const bool is_directory = S_ISDIR(status.st_mode);
    if (rules_.ignores(name, is_directory)) return;
    if (is_directory) return directory(path, name, status);
    if (!S_ISREG(status.st_mode)) fail_irregular(path);
    budget_.take(path.filename().string(), static_cast<std::size_t>(status.st_size));
    add(path, name);
  }

  // What the link leads to.
  struct stat follow(const fs::path& path) {
    const fs::path target = LinkResolver(path).run();
    if (budget_.limits().warn) {
      budget_.limits().warn(
          fmt::format("found symbolic link in path: {} resolves to {}. Contents of linked file included and used",
                      path.string(), target.string()));
    }
    check_confined(target, budget_.limits());
    struct stat status {};
    if (::stat(target.c_str(), &status) != 0) fail_with_errno("lstat", target);
    return status;
  }

  void add(const fs::path& path, const std::string& name) {
    ChartFile& file = files_.emplace_back();
    file.name = name;
    try {
      file.data = read_file(path);
    } catch (const ChartFailure& failure) {
      throw ChartFailure(fmt::format("error reading {}: {}", name, failure.what()));
    }
    remove_byte_order_mark(file.data);
  }

  fs::path top_;
  LoadBudget& budget_;
  IgnoreRules rules_;
  std::vector<std::pair<dev_t, ino_t>> open_;
  std::vector<ChartFile> files_;
};

}  // namespace

void check_confined(const fs::path& path, const LoadLimits& limits) {
  if (limits.confine_to.empty()) return;
  const fs::path inner = fs::weakly_canonical(path);
  const fs::path outer = fs::weakly_canonical(limits.confine_to);
  if (std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end()).first == outer.end()) return;
  throw ChartFailure(fmt::format("{} leads out of {}, which no chart may", path.string(), outer.string()));
}

std::vector<ChartFile> read_directory(const fs::path& path, LoadBudget& budget) {
  fs::path top = fs::absolute(path).lexically_normal();
  if (!top.has_filename()) top = top.parent_path();
  return DirectoryWalk(std::move(top), budget).run();
}

}  // namespace kyma::helm
