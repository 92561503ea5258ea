// A directory that belongs to one running server: made when there is none, and locked until this object goes, however
// the process ends. Thread: any; blocks briefly.
#pragma once

#include <string>

#include "operator/apiserver/storage.hpp"

namespace kyma::apiserver {

class DataDirectory {
 public:
  // Fails when another server has it, which the error names, or when it cannot be made or written.
  static StorageOutcome<DataDirectory> open(const std::string& path);
  DataDirectory(DataDirectory&& other) noexcept;
  DataDirectory& operator=(DataDirectory&&) = delete;
  ~DataDirectory();

  std::string file(const std::string& name) const { return path_ + "/" + name; }
  // Makes the file, empty, when there is none: nobody else may read it, nor what SQLite keeps beside it.
  StorageOutcome<void> make_private(const std::string& name) const;
  // Makes the names of new files in it last.
  void sync() const;

 private:
  DataDirectory(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}

  std::string path_;
  int lock_;  // descriptor of the lock file; -1: moved from
};

}  // namespace kyma::apiserver
