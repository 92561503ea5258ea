// Kubeconfig files: merged, a context chosen, its references resolved.
//
// Merging follows client-go: the first file to name an entry wins, and the first current-context. File references are
// relative to the file that holds them. Errors: configuration; they name file and entry, never a secret.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "operator/kube/client/config.hpp"
#include "operator/kube/meta/json.hpp"

namespace kyma::kube {

class Kubeconfig {
 public:
  // Adds a file's text. `source` names it in messages.
  Outcome<void> add(const std::string& yaml, const std::string& directory, const std::string& source);
  // The configuration of a context; empty: the current one.
  Outcome<ClusterConfig> resolve(const std::string& context) const;
  // The files added, for messages.
  std::string sources() const;

 private:
  struct Entry {
    json::Document value;
    std::string directory;
    std::string source;
  };
  using Entries = std::map<std::string, Entry, std::less<>>;

  Outcome<const Entry*> choose_context(const std::string& wanted, std::string& name) const;
  Outcome<const Entry*> find(const Entries& entries, std::string_view kind, const std::string& name,
                             const std::string& context) const;

  std::string current_context_;
  Entries clusters_;
  Entries users_;
  Entries contexts_;
  std::vector<std::string> sources_;
};

}  // namespace kyma::kube
