// html, js and urlquery.
#include <fmt/format.h>

#include <vector>

#include "operator/helm/gotemplate/builtins.hpp"
#include "operator/helm/gotemplate/format.hpp"

namespace kyma::gotemplate {
namespace {

constexpr char kHex[] = "0123456789ABCDEF";

// What is escaped: the one string, or all arguments as print has them.
std::string text_of(const Call& call) {
  std::vector<Value> args;
  args.reserve(call.size());
  for (const Value arg : call.args) args.push_back(arg.is_nothing() ? Value::string("<no value>") : arg);
  constexpr std::size_t kLargestGrowth = 6;
  const std::size_t limit = call.heap.limit();
  std::string text = sprint(args, limit);
  if (text.size() > limit / kLargestGrowth) throw HeapExhausted(limit);
  return text;
}

void append_html(std::string& out, char c) {
  switch (c) {
    case '\0': out += "\uFFFD"; break;
    case '"': out += "&#34;"; break;
    case '\'': out += "&#39;"; break;
    case '&': out += "&amp;"; break;
    case '<': out += "&lt;"; break;
    case '>': out += "&gt;"; break;
    default: out += c;
  }
}

void append_js(std::string& out, unsigned char c) {
  switch (c) {
    case '\\':
    case '\'':
    case '"':
      out += '\\';
      out += static_cast<char>(c);
      return;
    case '<':
    case '>':
    case '&':
    case '=': break;
    default:
      if (c >= ' ') {
        out += static_cast<char>(c);
        return;
      }
  }
  out += "\\u00";
  out += kHex[c >> 4];
  out += kHex[c & 15];
}

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
         c == '.' || c == '~';
}

}  // namespace

Value builtin_html(Call& call) {
  const std::string text = text_of(call);
  std::string out;
  out.reserve(text.size());
  for (const char c : text) append_html(out, c);
  return call.make(out);
}

Value builtin_js(Call& call) {
  const std::string text = text_of(call);
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x80) {
      append_js(out, c);
      ++i;
      continue;
    }
    const std::size_t start = i;
    const char32_t rune = next_rune(text, i);
    if (is_printable(rune)) {
      out.append(text, start, i - start);  // U+FFFD is printable, so that bytes that are not UTF-8 stay
    } else {
      out += fmt::format("\\u{:04X}", static_cast<std::uint32_t>(rune));
    }
  }
  return call.make(out);
}

Value builtin_urlquery(Call& call) {
  const std::string text = text_of(call);
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (is_unreserved(c)) {
      out += c;
    } else if (c == ' ') {
      out += '+';
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
  return call.make(out);
}

}  // namespace kyma::gotemplate
