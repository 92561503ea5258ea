// A directory's content as one number, for where the system tells of no changes.
//
// It becomes another one when anything below the directory is made, written, moved or removed, also when its time of
// modification was set back. Symbolic links are followed as far as they lie below it, and circles end.
// Blocks on disk, and opens no file. Thread: any.
#pragma once

#include <cstdint>
#include <filesystem>

namespace kyma::controllers {

// 0: there is no such directory.
std::uint64_t look_at_tree(const std::filesystem::path& directory);

// Whether the path, its links followed, is `real_root` or below it; `real_root` has no links in it.
bool lies_in(const std::filesystem::path& path, const std::filesystem::path& real_root);

}  // namespace kyma::controllers
