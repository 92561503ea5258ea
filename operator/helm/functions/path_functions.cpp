// Paths, as Go's path and (on Unix) path/filepath have them, and URLs.
#include <fmt/format.h>

#include <array>
#include <string>

#include "operator/helm/functions/functions.hpp"
#include "operator/helm/functions/go_url.hpp"

namespace kyma::helm {
namespace {

using gotemplate::Call;
using gotemplate::Map;
using gotemplate::Value;

// The shortest path that says the same.
std::string cleaned(std::string_view path) {
  if (path.empty()) return ".";
  const bool rooted = path[0] == '/';
  std::string out(rooted ? "/" : "");
  std::size_t fixed = out.size();  // no .. goes back beyond this
  for (std::size_t i = 0; i < path.size();) {
    const std::size_t end = std::min(path.find('/', i), path.size());
    const std::string_view element = path.substr(i, end - i);
    i = end + 1;
    if (element.empty() || element == ".") continue;
    if (element == ".." && out.size() > fixed) {
      const std::size_t slash = out.rfind('/');
      out.resize(slash == std::string::npos || slash < fixed ? fixed : slash);
      continue;
    }
    if (element == ".." && rooted) continue;
    if (!out.empty() && out.back() != '/') out += '/';
    out += element;
    if (element == "..") fixed = out.size();
  }
  return out.empty() ? "." : out;
}

Value base(Call& call) {
  std::string_view path = call.text(0);
  if (path.empty()) return Value::string(".");
  while (path.ends_with('/')) path.remove_suffix(1);
  if (path.empty()) return Value::string("/");
  const std::size_t slash = path.rfind('/');
  return Value::string(slash == std::string_view::npos ? path : path.substr(slash + 1));
}

Value dir(Call& call) {
  const std::string_view path = call.text(0);
  const std::size_t slash = path.rfind('/');
  return call.make(cleaned(slash == std::string_view::npos ? std::string_view() : path.substr(0, slash + 1)));
}

Value clean(Call& call) { return call.make(cleaned(call.text(0))); }

Value ext(Call& call) {
  const std::string_view path = call.text(0);
  const std::size_t mark = path.find_last_of("./");
  return Value::string(mark == std::string_view::npos || path[mark] == '/' ? std::string_view() : path.substr(mark));
}

Value is_abs(Call& call) { return Value::boolean(call.text(0).starts_with('/')); }

Value url_parse(Call& call) {
  GoUrl url;
  try {
    url = GoUrl::parse(call.text(0));
  } catch (const gotemplate::FunctionError& error) {
    Call::fail(fmt::format("unable to parse url: {}", error.what()));
  }
  Map& result = gotemplate::make_map(call.heap);
  const auto put = [&](std::string_view key, std::string_view text) { result.set(call.heap, key, call.make(text)); };
  put("scheme", url.scheme);
  put("host", url.host);
  put("hostname", url.host_name());
  put("path", url.path);
  put("query", url.query);
  put("opaque", url.opaque);
  put("fragment", url.fragment);
  put("userinfo", url.user ? url.user->str() : "");
  return Value::map(&result);
}

std::string text_entry(const Map& map, std::string_view key) {
  const Value* found = map.find(key);
  if (!found) return {};
  if (found->is_nothing()) Call::fail("runtime error: invalid memory address or nil pointer dereference");
  if (!found->is_string()) {
    Call::fail(fmt::format("unable to parse {} key, must be of type string, but {} found", key,
                           gotemplate::kind_name(*found)));
  }
  return std::string(found->as_text());
}

Value url_join(Call& call) {
  const Map& map = call[0].as_map();
  GoUrl url;
  url.scheme = text_entry(map, "scheme");
  url.host = text_entry(map, "host");
  url.path = text_entry(map, "path");
  url.query = text_entry(map, "query");
  url.opaque = text_entry(map, "opaque");
  url.fragment = text_entry(map, "fragment");
  const std::string user = text_entry(map, "userinfo");
  if (!user.empty()) {
    try {
      url.user = GoUrl::parse(fmt::format("proto://{}@host", user)).user;
    } catch (const gotemplate::FunctionError& error) {
      Call::fail(fmt::format("unable to parse userinfo in dict: {}", error.what()));
    }
  }
  return call.make(url.str());
}

constexpr std::array kFunctions{
    Function{"base", "s", base},      Function{"osBase", "s", base},        Function{"dir", "s", dir},
    Function{"osDir", "s", dir},      Function{"clean", "s", clean},        Function{"osClean", "s", clean},
    Function{"ext", "s", ext},        Function{"osExt", "s", ext},          Function{"isAbs", "s", is_abs},
    Function{"osIsAbs", "s", is_abs}, Function{"urlParse", "s", url_parse}, Function{"urlJoin", "m", url_join},
};

}  // namespace

std::span<const Function> path_functions() { return kFunctions; }

}  // namespace kyma::helm
