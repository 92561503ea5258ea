// Small files, read whole and replaced atomically. Errors: configuration, naming the file.
#pragma once

#include <string>

#include "operator/kube/meta/error.hpp"

namespace kyma::kube {

Outcome<std::string> read_file(const std::string& path);
// Readers see the old file or the new one, also after a crash. The new one has mode 0600. Missing directories are made.
Outcome<void> write_file_atomically(const std::string& path, std::string_view content);

Error configuration_error(std::string message);

}  // namespace kyma::kube
