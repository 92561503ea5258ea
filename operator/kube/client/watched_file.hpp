// A file that is read again when it has changed: by replacement (also of a directory above it, as mounted Secrets are
// replaced), by writing into it, or by appearing.
//
// What is no regular file (a pipe, as a shell's <() gives it) was read once and is not read again. Looking is one
// stat(); a change of content that leaves size and all times alone is not seen. Thread: any, one at a time. Blocks on
// the file system: for small local files.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "operator/kube/meta/error.hpp"

namespace kyma::kube {

class WatchedFile {
 public:
  // Without a path it never changes. `content` is what was read of it before; it is checked at the first look.
  WatchedFile(std::string path, std::string content) : path_(std::move(path)), content_(std::move(content)) {}

  const std::string& content() const noexcept { return content_; }
  const std::string& path() const noexcept { return path_; }
  // Looks, and reads when something has changed. True: the content is another one now. Error: it cannot be read or is
  // empty, told once per change; the content stays as it was.
  Outcome<bool> refresh();
  // Whether the last look that found a change could read it.
  bool readable() const noexcept { return readable_; }

 private:
  struct Stamp {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::int64_t size = -1;  // -1: not there
    std::int64_t modified = 0;
    std::int64_t changed = 0;
    friend bool operator==(const Stamp&, const Stamp&) = default;
  };
  // Nothing: no regular file.
  static std::optional<Stamp> stamp_of(const std::string& path) noexcept;

  std::string path_;
  std::string content_;
  bool readable_ = true;
  Stamp seen_{0, 0, -2, 0, 0};  // never looked at
};

}  // namespace kyma::kube
