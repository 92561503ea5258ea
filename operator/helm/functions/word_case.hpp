// Names made of words, as huandu/xstrings makes them: snake_case, kebab-case, PascalCase.
#pragma once

#include <string>
#include <string_view>

namespace kyma::helm {

// Words in lower case, joined by `connector`: "HTTPServer2" is "http_server2", "a.bC" is "a.b_c".
std::string join_words(std::string_view text, char connector);
// Words without what connected them, each with a capital: "http_server" is "HttpServer".
std::string pascal_case(std::string_view text);

}  // namespace kyma::helm
