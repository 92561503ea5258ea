// One cluster or user of a kubeconfig as it is read: the values of one entry, and how it is called in messages.
//
// Errors: configuration; they name file and entry, never a value that may be secret. Lifetime: a view of the entry.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "operator/kube/meta/error.hpp"
#include "operator/kube/meta/json.hpp"

namespace kyma::kube {

class KubeconfigEntry {
 public:
  // File references are relative to `directory`. `title`: 'file.yaml: user "u"'.
  KubeconfigEntry(const json::Value& value, const std::string& directory, std::string title)
      : value_(value), directory_(directory), title_(std::move(title)) {}

  Error error(std::string_view why) const;

  // Neither absent nor null nor an empty string.
  bool has(std::string_view key) const;
  std::string text(std::string_view key) const { return std::string(json::string_at(value_, {key})); }
  Outcome<bool> flag(std::string_view key) const;
  // A list of strings; empty when absent.
  Outcome<std::vector<std::string>> texts(std::string_view key) const;
  // What a file reference names.
  std::string path(std::string_view key) const;
  Outcome<std::string> file(std::string_view key) const;
  // What `key` names as a file, or `key`-data holds in Base64; the data wins. `path` is then the file's, else empty.
  Outcome<std::string> data_or_file(const std::string& key, std::string& path) const;

  const json::Value& value() const noexcept { return value_; }
  // The entry at `key`, called "<title>: <key>".
  KubeconfigEntry below(std::string_view key) const;

 private:
  const json::Value& value_;
  const std::string& directory_;
  std::string title_;
};

}  // namespace kyma::kube
