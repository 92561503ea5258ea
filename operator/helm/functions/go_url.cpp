#include "operator/helm/functions/go_url.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "operator/helm/gotemplate/format.hpp"
#include "operator/helm/gotemplate/function.hpp"

namespace kyma::helm {
namespace {

using gotemplate::FunctionError;
using gotemplate::quote;

// Which part of a URL a text is, since each escapes other characters.
enum class Part { path, user, host, zone, fragment };

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_one_of(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }

int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool needs_escape(char c, Part part) {
  if (is_letter(c) || is_digit(c) || is_one_of(c, "-_.~")) return false;
  switch (part) {
    case Part::host:
    case Part::zone: return !is_one_of(c, "!$&'()*+,;=:[]<>\"");
    case Part::path: return !is_one_of(c, "$&+,/:;=@");
    case Part::user: return !is_one_of(c, "$&+,;=");
    case Part::fragment: return !is_one_of(c, "$&+,/:;=?@!()*");
  }
  return true;
}

std::string escape(std::string_view text, Part part) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (needs_escape(c, part)) {
      const auto byte = static_cast<unsigned char>(c);
      out += {'%', kHex[byte >> 4], kHex[byte & 15]};
    } else {
      out += c;
    }
  }
  return out;
}

[[noreturn]] void fail_escape(std::string_view text) {
  throw FunctionError("invalid URL escape " + quote(text.substr(0, 3)));
}

// In a host only what is not ASCII may be escaped, besides the percent sign of an IPv6 zone.
char unescape_one(std::string_view text, Part part) {
  if (text.size() < 3 || hex_digit(text[1]) < 0 || hex_digit(text[2]) < 0) fail_escape(text);
  const char c = static_cast<char>(hex_digit(text[1]) << 4 | hex_digit(text[2]));
  const bool percent = text.starts_with("%25");
  if (part == Part::host && hex_digit(text[1]) < 8 && !percent) fail_escape(text);
  if (part == Part::zone && !percent && c != ' ' && needs_escape(c, Part::host)) fail_escape(text);
  return c;
}

std::string unescape(std::string_view text, Part part) {
  const bool in_host = part == Part::host || part == Part::zone;
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      out += unescape_one(text.substr(i), part);
      i += 2;
      continue;
    }
    if (in_host && (text[i] & 0x80) == 0 && needs_escape(text[i], part)) {
      throw FunctionError(fmt::format("invalid character {} in host name", quote(text.substr(i, 1))));
    }
    out += text[i];
  }
  return out;
}

bool is_port(std::string_view text) {
  return text.empty() || (text[0] == ':' && std::all_of(text.begin() + 1, text.end(), is_digit));
}

void check_port(std::string_view text) {
  if (!is_port(text)) throw FunctionError(fmt::format("invalid port {} after host", quote(text)));
}

std::string parse_host(std::string_view host) {
  if (host.starts_with('[')) {
    const std::size_t end = host.rfind(']');
    if (end == std::string_view::npos) throw FunctionError("missing ']' in host");
    check_port(host.substr(end + 1));
    const std::size_t zone = host.substr(0, end).find("%25");
    if (zone != std::string_view::npos) {
      return unescape(host.substr(0, zone), Part::host) + unescape(host.substr(zone, end - zone), Part::zone) +
             unescape(host.substr(end), Part::host);
    }
  } else if (const std::size_t colon = host.rfind(':'); colon != std::string_view::npos) {
    check_port(host.substr(colon));
  }
  return unescape(host, Part::host);
}

bool is_userinfo(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return is_letter(c) || is_digit(c) || is_one_of(c, "-._:~!$&'()*+,;=%@"); });
}

void parse_authority(GoUrl& url, std::string_view authority) {
  const std::size_t at = authority.rfind('@');
  url.host = parse_host(at == std::string_view::npos ? authority : authority.substr(at + 1));
  if (at == std::string_view::npos) return;
  const std::string_view user = authority.substr(0, at);
  if (!is_userinfo(user)) throw FunctionError("net/url: invalid userinfo");
  const std::size_t colon = user.find(':');
  url.user.emplace();
  url.user->name = unescape(user.substr(0, colon), Part::user);
  if (colon != std::string_view::npos) url.user->password = unescape(user.substr(colon + 1), Part::user);
}

// What is before the colon, if it can be a scheme.
std::string_view scheme_of(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (is_letter(c)) continue;
    if (c == ':') {
      if (i == 0) throw FunctionError("missing protocol scheme");
      return text.substr(0, i);
    }
    if (i == 0 || !(is_digit(c) || is_one_of(c, "+-."))) return {};
  }
  return {};
}

bool has_colon_in_first_segment(std::string_view path) {
  return path.substr(0, path.find('/')).find(':') != std::string_view::npos;
}

// Everything but the fragment.
GoUrl parse_without_fragment(std::string_view text) {
  if (std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7F; })) {
    throw FunctionError("net/url: invalid control character in URL");
  }
  GoUrl url;
  if (text == "*") {
    url.path = "*";
    return url;
  }
  const std::string_view scheme = scheme_of(text);
  for (const char c : scheme) url.scheme += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  std::string_view rest = scheme.empty() ? text : text.substr(scheme.size() + 1);
  if (const std::size_t mark = rest.find('?'); mark != std::string_view::npos) {
    url.query = rest.substr(mark + 1);
    rest = rest.substr(0, mark);
  }
  if (!rest.starts_with('/')) {
    if (!url.scheme.empty()) {
      url.opaque = rest;
      return url;
    }
    if (has_colon_in_first_segment(rest)) {
      throw FunctionError("first path segment in URL cannot contain colon");
    }
  }
  if (rest.starts_with("//") && (!url.scheme.empty() || !rest.starts_with("///"))) {
    const std::size_t slash = std::min(rest.find('/', 2), rest.size());
    parse_authority(url, rest.substr(2, slash - 2));
    rest = rest.substr(slash);
  }
  url.path = unescape(rest, Part::path);
  return url;
}

}  // namespace

std::string GoUrl::User::str() const {
  std::string text = escape(name, Part::user);
  if (password) text += ':' + escape(*password, Part::user);
  return text;
}

GoUrl GoUrl::parse(std::string_view text) {
  const std::size_t mark = text.find('#');
  std::string_view culprit = text.substr(0, mark);
  try {
    GoUrl url = parse_without_fragment(culprit);
    culprit = text;
    if (mark != std::string_view::npos) url.fragment = unescape(text.substr(mark + 1), Part::fragment);
    return url;
  } catch (const FunctionError& error) {
    throw FunctionError(fmt::format("parse {}: {}", quote(culprit), error.what()));
  }
}

std::string GoUrl::host_name() const {
  std::string_view name = host;
  const std::size_t colon = name.rfind(':');
  if (colon != std::string_view::npos && is_port(name.substr(colon))) name = name.substr(0, colon);
  if (name.starts_with('[') && name.ends_with(']')) name = name.substr(1, name.size() - 2);
  return std::string(name);
}

std::string GoUrl::str() const {
  std::string out;
  if (!scheme.empty()) out = scheme + ':';
  if (!opaque.empty()) {
    out += opaque;
  } else {
    if (!host.empty() || user || (!scheme.empty() && !path.empty())) out += "//";
    if (user) out += user->str() + '@';
    out += escape(host, Part::host);
    const std::string escaped = path == "*" ? path : escape(path, Part::path);
    if (!escaped.empty() && escaped[0] != '/' && !host.empty()) out += '/';
    if (out.empty() && has_colon_in_first_segment(escaped)) out += "./";
    out += escaped;
  }
  if (!query.empty()) out += '?' + query;
  if (!fragment.empty()) out += '#' + escape(fragment, Part::fragment);
  return out;
}

}  // namespace kyma::helm
