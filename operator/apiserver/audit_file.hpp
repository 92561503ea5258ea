// A log file of whole lines that is put aside when it has grown enough.
//
// "audit.log" becomes "audit-2026-11-22T10-15-30.123.log" (UTC), as kube-apiserver's rotation names it. Guarantees:
// mode 0600; a line is there whole or not at all, on a full disk too; a file put aside is never written to again. Not
// done: anything about a file that somebody else writes or moves. Blocks on the disk. Thread: one at a time.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <boost/system/result.hpp>

#include "operator/apiserver/audit_options.hpp"
#include "operator/base/time.hpp"

namespace kyma::apiserver {

class AuditFile {
 public:
  // What is wrong, with the name of the file in it.
  template <class T>
  using Outcome = boost::system::result<T, std::string>;

  // Opens the file to append to it. The error names the flag to change.
  static Outcome<std::unique_ptr<AuditFile>> open(const AuditOptions& options);
  ~AuditFile();
  AuditFile(const AuditFile&) = delete;
  AuditFile& operator=(const AuditFile&) = delete;

  // Appends whole lines. After an error none of them is there, unless this is standard output.
  Outcome<void> write(std::string_view lines, WallTime now);

 private:
  AuditFile(AuditOptions options, int descriptor, std::size_t size)
      : options_(std::move(options)), descriptor_(descriptor), size_(size) {}

  bool is_file() const noexcept { return options_.path != "-"; }
  Outcome<void> write_all(std::string_view text);
  Outcome<void> rotate(WallTime now);
  void remove_old_backups() const;

  AuditOptions options_;
  int descriptor_;
  std::size_t size_;
};

}  // namespace kyma::apiserver
