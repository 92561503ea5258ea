#include "operator/helm/chart/schema_format.hpp"

#include <arpa/inet.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <string>

#include "operator/helm/chart/regex.hpp"
#include "operator/helm/chart/timestamp.hpp"
#include "operator/helm/chart/url.hpp"

namespace kyma::helm {
namespace {

bool matches(std::string_view text, const re2::RE2& pattern) { return re2::RE2::PartialMatch(text, pattern); }

// net.ParseIP.
bool is_address(int family, std::string_view text) {
  std::array<unsigned char, 16> buffer{};
  return inet_pton(family, std::string(text).c_str(), buffer.data()) == 1 && text.find('\0') == std::string_view::npos;
}
bool is_ipv4(std::string_view text) {
  // With a point in it, an IPv6 address counts as well.
  return text.find('.') != std::string_view::npos && (is_address(AF_INET, text) || is_address(AF_INET6, text));
}
bool is_ipv6(std::string_view text) { return text.find(':') != std::string_view::npos && is_address(AF_INET6, text); }

bool is_date_time(std::string_view text) {
  return is_time(text) || is_time_with_zone(text) || is_date(text) || is_rfc3339(text);
}
bool is_any_time(std::string_view text) { return is_time_with_zone(text) || is_time(text); }

bool is_reference(std::string_view text) {
  return Url::parse(text).has_value() && text.find('\\') == std::string_view::npos;
}
bool is_uri(std::string_view text) {
  const auto url = Url::parse(text);
  return url && !url->scheme.empty() && text.find('\\') == std::string_view::npos;
}
bool is_uri_template(std::string_view text) {
  static const re2::RE2 kTemplate("^([^{]*({[^}]*})?)*$");
  const auto url = Url::parse(text);
  return url && text.find('\\') == std::string_view::npos && matches(url->path, kTemplate);
}

bool is_hostname(std::string_view text) {
  static const re2::RE2 kHostname(
      R"(^([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9\-]{0,61}[a-zA-Z0-9])(\.([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9\-]{0,61}[a-zA-Z0-9]))*$)");
  return matches(text, kHostname) && text.size() < 256;
}
bool is_uuid(std::string_view text) {
  static const re2::RE2 kUuid("^[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}$");
  return matches(text, kUuid);
}
bool is_regex(std::string_view text) { return compile_regex(text) != nullptr; }
bool is_json_pointer(std::string_view text) {
  static const re2::RE2 kPointer("^(?:/(?:[^~/]|~0|~1)*)*$");
  return matches(text, kPointer);
}
bool is_relative_json_pointer(std::string_view text) {
  static const re2::RE2 kPointer("^(?:0|[1-9][0-9]*)(?:#|(?:/(?:[^~/]|~0|~1)*)*)$");
  return matches(text, kPointer);
}

// mail.ParseAddress: `a@b`, `<a@b>`, `Name <a@b>`, quoted names and local parts, comments behind, `group:a@b;`.
class MailAddress {
 public:
  explicit MailAddress(std::string_view text) : rest_(text) {}

  bool is_valid() {
    skip_space();
    const std::string_view all = rest_;
    if (address() && at_end()) return true;
    rest_ = all;
    if (named() && at_end()) return true;
    rest_ = all;
    return group() && at_end();
  }

 private:
  static bool is_atom(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80 ||
           (byte > ' ' && byte < 0x7f && std::string_view("()<>[]:;@\\,\".").find(c) == std::string_view::npos);
  }
  void skip_space() {
    while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\t')) rest_.remove_prefix(1);
  }
  bool skip_comments() {
    for (skip_space(); rest_.starts_with('('); skip_space()) {
      int depth = 0;
      do {
        if (rest_.empty()) return false;
        if (rest_[0] == '\\' && rest_.size() > 1)
          rest_.remove_prefix(1);
        else if (rest_[0] == '(')
          ++depth;
        else if (rest_[0] == ')')
          --depth;
        rest_.remove_prefix(1);
      } while (depth > 0);
    }
    return true;
  }
  bool at_end() { return skip_comments() && rest_.empty(); }
  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  // A word; in names, dots may stand anywhere in it.
  bool word() {
    const auto end = std::find_if(rest_.begin(), rest_.end(), [](char c) { return !is_atom(c) && c != '.'; });
    const auto size = static_cast<std::size_t>(end - rest_.begin());
    rest_.remove_prefix(size);
    return size > 0;
  }
  bool dotted_atoms() {
    const std::string_view all = rest_;
    if (!word()) return false;
    const std::string_view found = all.substr(0, all.size() - rest_.size());
    return found.front() != '.' && found.back() != '.' && found.find("..") == std::string_view::npos;
  }
  bool quoted() {
    if (!take('"')) return false;
    while (!rest_.empty() && rest_[0] != '"') {
      const std::size_t length = rest_[0] == '\\' ? 2 : 1;
      const auto byte = static_cast<unsigned char>(rest_[0]);
      if (rest_.size() < length || (byte < ' ' && byte != '\t') || byte == 0x7f) return false;
      rest_.remove_prefix(length);
    }
    return take('"');
  }
  bool domain() {
    skip_space();
    if (!rest_.starts_with('[')) return dotted_atoms();
    const std::size_t end = rest_.find(']');
    if (end == std::string_view::npos) return false;
    const std::string_view literal = rest_.substr(1, end - 1);
    rest_.remove_prefix(end + 1);
    return is_address(AF_INET, literal) || is_address(AF_INET6, literal);
  }
  bool address() {
    skip_space();
    if (!(rest_.starts_with('"') ? quoted() : dotted_atoms())) return false;
    return take('@') && domain();
  }
  // Words, up to the stop.
  bool phrase(char stop) {
    while (!rest_.empty() && rest_[0] != stop) {
      if (!(rest_[0] == '"' ? quoted() : word())) return false;
      if (!skip_comments()) return false;
    }
    return true;
  }
  bool named() { return phrase('<') && take('<') && address() && take('>'); }
  // Of one address: two are none.
  bool group() {
    if (!phrase(':') || !take(':')) return false;
    skip_space();
    const std::string_view all = rest_;
    const bool fits = address() && skip_comments() && take(';');
    if (fits) return true;
    rest_ = all;
    return named() && skip_comments() && take(';');
  }

  std::string_view rest_;
};

bool is_email(std::string_view text) { return MailAddress(text).is_valid(); }

struct Format {
  std::string_view name;
  bool (*check)(std::string_view);
};
constexpr std::array kFormats{
    Format{"date", is_date},
    Format{"time", is_any_time},
    Format{"date-time", is_date_time},
    Format{"hostname", is_hostname},
    Format{"email", is_email},
    Format{"idn-email", is_email},
    Format{"ipv4", is_ipv4},
    Format{"ipv6", is_ipv6},
    Format{"uri", is_uri},
    Format{"uri-reference", is_reference},
    Format{"iri", is_uri},
    Format{"iri-reference", is_reference},
    Format{"uri-template", is_uri_template},
    Format{"uuid", is_uuid},
    Format{"regex", is_regex},
    Format{"json-pointer", is_json_pointer},
    Format{"relative-json-pointer", is_relative_json_pointer},
};

const Format* find(std::string_view name) {
  const auto found = std::find_if(kFormats.begin(), kFormats.end(), [name](const Format& f) { return f.name == name; });
  return found == kFormats.end() ? nullptr : found;
}

}  // namespace

bool is_schema_format(std::string_view format) { return find(format) != nullptr; }

bool has_schema_format(std::string_view format, std::string_view text) {
  const Format* found = find(format);
  return found == nullptr || found->check(text);
}

}  // namespace kyma::helm
