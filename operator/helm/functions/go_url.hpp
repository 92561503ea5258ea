// URLs as Go's net/url takes them apart and puts them together.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kyma::helm {

struct GoUrl {
  struct User {
    std::string name;
    std::optional<std::string> password;

    std::string str() const;
  };

  std::string scheme;
  std::string opaque;  // scheme:opaque
  std::optional<User> user;
  std::string host;  // with the port
  std::string path;  // unescaped
  std::string query;
  std::string fragment;  // unescaped

  // Throws gotemplate::FunctionError with Go's message (`parse "...": ...`).
  static GoUrl parse(std::string_view text);
  std::string host_name() const;
  std::string str() const;
};

}  // namespace kyma::helm
