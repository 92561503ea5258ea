// The functions that Helm's templates have besides Go's own: Sprig's, without env and expandenv, and Helm's pure ones.
//
// include, tpl, required, fail and lookup need the rendering around them and live in operator/helm/render_functions.
// One file per group. Every function is thread-safe; its values live in the caller's heap.
#pragma once

#include <span>

#include "operator/helm/gotemplate/function.hpp"

namespace kyma::helm {

using gotemplate::Function;
using gotemplate::FunctionMap;

std::span<const Function> default_functions();  // default empty coalesce all any ternary, typeOf ..., deepEqual
std::span<const Function> string_functions();   // trim ... replace, quote, cat, join, split ...
std::span<const Function> case_functions();     // upper lower title ... snakecase, initials, nospace, shuffle
std::span<const Function> layout_functions();   // trunc substr repeat indent nindent abbrev wrap ...
std::span<const Function> regex_functions();    // regexMatch ... mustRegexSplit, regexQuoteMeta
std::span<const Function> path_functions();     // base ... osIsAbs, urlParse, urlJoin
std::span<const Function> list_functions();
std::span<const Function> dict_functions();
std::span<const Function> number_functions();
std::span<const Function> encoding_functions();  // b64enc, sha256sum, toJson, toYaml, toToml ...
std::span<const Function> crypto_functions();  // genCA ... encryptAES, bcrypt, htpasswd, derivePassword, rand*, uuidv4
std::span<const Function> date_functions();
std::span<const Function> version_functions();  // semver, semverCompare

// All of the above over Go's own.
const FunctionMap& sprig_functions();

}  // namespace kyma::helm
