#include "operator/helm/chart/url.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "operator/helm/gotemplate/format.hpp"

namespace kyma::helm {
namespace {

bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
int hex(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

struct Problem {
  std::string message;
};

// The text without %XX; throws Problem for a malformed one.
std::string unescape(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      result += text[i];
      continue;
    }
    if (i + 2 >= text.size() || hex(text[i + 1]) < 0 || hex(text[i + 2]) < 0) {
      throw Problem{fmt::format("invalid URL escape {}", gotemplate::quote(text.substr(i, 3)))};
    }
    result += static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2]));
    i += 2;
  }
  return result;
}

// What a fragment may have as it is.
bool stays_in_fragment(char c) {
  return is_alpha(c) || is_digit(c) || std::string_view("-_.~$&+,/:;=?@!()*").find(c) != std::string_view::npos;
}

std::string escape_fragment(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (stays_in_fragment(c)) {
      result += c;
    } else {
      fmt::format_to(std::back_inserter(result), "%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return result;
}

// The scheme, and what follows it.
std::string take_scheme(std::string_view& rest) {
  for (std::size_t i = 0; i < rest.size(); ++i) {
    const char c = rest[i];
    if (is_alpha(c)) continue;
    if (is_digit(c) || c == '+' || c == '-' || c == '.') {
      if (i == 0) return {};
      continue;
    }
    if (c != ':') return {};
    if (i == 0) throw Problem{"missing protocol scheme"};
    std::string scheme(rest.substr(0, i));
    std::transform(scheme.begin(), scheme.end(), scheme.begin(),
                   [](char l) { return l >= 'A' && l <= 'Z' ? static_cast<char>(l - 'A' + 'a') : l; });
    rest.remove_prefix(i + 1);
    return scheme;
  }
  return {};
}

// In a host only bytes beyond ASCII may be escaped.
void check_host(std::string_view host) {
  for (std::size_t i = 0; i < host.size(); ++i) {
    const char c = host[i];
    if (c == '%') {
      unescape(host.substr(i, 3));
      if (hex(host[i + 1]) < 8)
        throw Problem{fmt::format("invalid URL escape {}", gotemplate::quote(host.substr(i, 3)))};
    } else if (std::string_view(" \\^`{|}").find(c) != std::string_view::npos) {
      throw Problem{fmt::format("invalid character {} in host name", gotemplate::quote(host.substr(i, 1)))};
    }
  }
}

void check_user(std::string_view user) {
  const bool valid = std::all_of(user.begin(), user.end(), [](char c) {
    return is_alpha(c) || is_digit(c) || std::string_view("-._:~!$&'()*+,;=%@").find(c) != std::string_view::npos;
  });
  if (!valid) throw Problem{"net/url: invalid userinfo"};
  unescape(user);
}

void check_authority(std::string_view authority) {
  const std::size_t at = authority.rfind('@');
  const std::string_view host = at == std::string_view::npos ? authority : authority.substr(at + 1);
  const std::size_t bracket = host.rfind(']');
  if (host.starts_with('[') && bracket == std::string_view::npos) throw Problem{"missing ']' in host"};
  const std::size_t colon = host.starts_with('[') ? bracket + 1 : host.rfind(':');
  if (colon < host.size()) {
    const std::string_view port = host.substr(colon);
    if (port[0] != ':' || !std::all_of(port.begin() + 1, port.end(), is_digit)) {
      throw Problem{fmt::format("invalid port {} after host", gotemplate::quote(port))};
    }
  }
  if (!host.starts_with('[')) check_host(host);
  if (at != std::string_view::npos) check_user(authority.substr(0, at));
}

Url parse_or_throw(std::string_view text) {
  Url url;
  std::string_view rest = text;
  const std::size_t hash = rest.find('#');
  const std::string_view fragment = hash == std::string_view::npos ? std::string_view() : rest.substr(hash + 1);
  rest = rest.substr(0, hash);
  for (const char c : rest) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      throw Problem{"net/url: invalid control character in URL"};
    }
  }
  url.scheme = take_scheme(rest);
  if (const std::size_t mark = rest.find('?'); mark != std::string_view::npos) {
    url.query = rest.substr(mark + 1);
    rest = rest.substr(0, mark);
  }
  if (!rest.starts_with('/') && !url.scheme.empty()) {
    url.opaque = rest;
  } else {
    if (!rest.starts_with('/') && rest.substr(0, rest.find('/')).find(':') != std::string_view::npos) {
      throw Problem{"first path segment in URL cannot contain colon"};
    }
    if (rest.starts_with("//") && (!url.scheme.empty() || !rest.starts_with("///"))) {
      rest.remove_prefix(2);
      url.authority = rest.substr(0, rest.find('/'));
      check_authority(*url.authority);
      rest.remove_prefix(url.authority->size());
    }
    unescape(rest);
    url.path = rest;
  }
  url.fragment = unescape(fragment);
  return url;
}

// The path without "." and "..".
std::string without_dots(std::string_view path) {
  std::vector<std::string_view> elements;
  std::string_view last;
  const bool rooted = path.starts_with('/');
  for (std::string_view rest = rooted ? path.substr(1) : path;;) {
    const std::size_t slash = rest.find('/');
    last = rest.substr(0, slash);
    if (last == "..") {
      if (!elements.empty()) elements.pop_back();
    } else if (last != ".") {
      elements.push_back(last);
    }
    if (slash == std::string_view::npos) break;
    rest.remove_prefix(slash + 1);
  }
  std::string result = fmt::format("/{}", fmt::join(elements, "/"));
  if ((last == "." || last == "..") && !result.ends_with('/')) result += '/';
  return result;
}

}  // namespace

std::optional<Url> Url::parse(std::string_view text, std::string* error) {
  try {
    return parse_or_throw(text);
  } catch (const Problem& problem) {
    const std::string_view shown = text.substr(0, text.find('#'));
    if (error != nullptr) *error = fmt::format("parse {}: {}", gotemplate::quote(shown), problem.message);
    return std::nullopt;
  }
}

Url Url::resolve(const Url& reference) const {
  Url result = reference;
  if (reference.scheme.empty()) result.scheme = scheme;
  if (!reference.scheme.empty() || reference.authority) {
    if (result.opaque.empty() && !result.path.empty()) result.path = without_dots(result.path);
    return result;
  }
  if (!reference.opaque.empty()) return result;
  if (reference.path.empty() && !reference.query) {
    result.query = query;
    if (reference.fragment.empty()) result.fragment = fragment;
  }
  if (reference.path.empty() && !opaque.empty()) {
    result.opaque = opaque;
    return result;
  }
  result.authority = authority;
  if (reference.path.empty()) {
    result.path = path;
  } else if (!reference.path.starts_with('/')) {
    result.path = path.substr(0, path.rfind('/') + 1) + reference.path;
  }
  // An empty path stays empty.
  if (!result.path.empty()) result.path = without_dots(result.path);
  return result;
}

std::string Url::str() const {
  std::string result;
  if (!scheme.empty()) result += scheme + ':';
  if (!opaque.empty()) {
    result += opaque;
  } else {
    if (authority) result += "//" + *authority;
    if (authority && !authority->empty() && !path.empty() && !path.starts_with('/')) result += '/';
    result += path;
  }
  if (query) result += '?' + *query;
  if (!fragment.empty()) result += '#' + escape_fragment(fragment);
  return result;
}

}  // namespace kyma::helm
