#include "operator/controllers/chart_tree.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace kyma::controllers {
namespace {

namespace fs = std::filesystem;

std::uint64_t number_of(const fs::path& path, const struct stat& status) {
  const std::string text = fmt::format("{} {} {} {} {} {}.{} {}.{}", path.native(), status.st_dev, status.st_ino,
                                       status.st_mode, status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec,
                                       status.st_ctim.tv_sec, status.st_ctim.tv_nsec);
  return std::hash<std::string>()(text);
}

}  // namespace

bool lies_in(const fs::path& path, const fs::path& real_root) {
  std::error_code ec;
  const fs::path real = fs::canonical(path, ec);
  return !ec && std::mismatch(real_root.begin(), real_root.end(), real.begin(), real.end()).first == real_root.end();
}

std::uint64_t look_at_tree(const fs::path& directory) {
  std::error_code ec;
  const fs::path real_root = fs::canonical(directory, ec);
  if (ec) return 0;
  std::uint64_t sum = 1;  // of the entries in whatever order the system lists them
  std::set<std::pair<dev_t, ino_t>> seen;
  std::vector<fs::path> rest{real_root};
  while (!rest.empty()) {
    const fs::path path = std::move(rest.back());
    rest.pop_back();
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) continue;
    sum += number_of(path, status);
    if (!S_ISDIR(status.st_mode) || !seen.emplace(status.st_dev, status.st_ino).second) continue;
    for (fs::directory_iterator each(path, ec), end; !ec && each != end; each.increment(ec)) {
      std::error_code ignored;
      if (each->is_symlink(ignored) && !lies_in(each->path(), real_root)) continue;
      rest.push_back(each->path());
    }
    ec.clear();  // one that is gone again, or cannot be read, is no reason to leave out the rest
  }
  return sum;
}

}  // namespace kyma::controllers
