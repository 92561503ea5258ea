// What is written down about requests, and where.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace kyma::apiserver {

// As in Kubernetes' audit policy; one level for all requests.
enum class AuditLevel {
  none,
  metadata,  // who asked for what, and what became of it
  request,   // the body too, but never that of a Secret, or of what carries a token
};

// "None", "Metadata", "Request".
std::string_view to_string(AuditLevel level) noexcept;
std::optional<AuditLevel> audit_level_from_string(std::string_view name) noexcept;

struct AuditOptions {
  std::string path;  // a file, or "-" for standard output; empty: no log
  AuditLevel level = AuditLevel::metadata;
  std::size_t max_megabytes = 100;  // then the file is put aside and a new one begun; 0: never
  std::size_t max_backups = 10;     // files put aside, the oldest goes first; 0: all are kept

  bool enabled() const noexcept { return !path.empty() && level != AuditLevel::none; }
};

}  // namespace kyma::apiserver
