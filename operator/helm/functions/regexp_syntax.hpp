// Go's syntax of regular expressions, checked with Go's messages and translated to RE2's.
//
// Both have one ancestor and agree on what matches. They differ in what they accept (\C, (?<name>...), names used
// twice) and in the wording of complaints, and templates see both.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kyma::helm {

struct TranslatedRegexp {
  std::string pattern;             // for RE2; all groups are unnamed
  std::vector<std::string> names;  // of the groups, from 1 on (index 0 is the whole match); empty: unnamed
};

// Throws gotemplate::FunctionError ("error parsing regexp: missing closing ): `...`").
TranslatedRegexp translate_regexp(std::string_view pattern);

}  // namespace kyma::helm
