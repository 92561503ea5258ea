// URL references as Go's net/url takes them apart, resolves them and puts them together again; no more of it than
// references in schemas and names of value files need.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kyma::helm {

struct Url {
  std::string scheme;  // in lower case
  std::string opaque;  // "mailto:this"
  std::optional<std::string> authority;
  std::string path;  // as written
  std::optional<std::string> query;
  std::string fragment;  // decoded

  // On failure, url.Parse's message goes to `error`.
  static std::optional<Url> parse(std::string_view text, std::string* error = nullptr);

  // `reference` as seen from this URL.
  Url resolve(const Url& reference) const;
  std::string str() const;
};

}  // namespace kyma::helm
