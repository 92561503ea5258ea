// Go's regular expressions, which are RE2's but for a few spellings.
#pragma once

#include <re2/re2.h>

#include <memory>
#include <string_view>

namespace kyma::helm {

// Null for what is no regular expression to Go.
std::unique_ptr<re2::RE2> compile_regex(std::string_view pattern);

}  // namespace kyma::helm
