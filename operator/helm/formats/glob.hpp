// Path patterns: Go's filepath.Match (for .helmignore) and gobwas/glob with '/' as separator (for .Files.Glob).
//
// Bounded: the time to match is at most the pattern's length times the path's (squared for path_match).
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "operator/helm/formats/json.hpp"

namespace kyma::helm {

// `*` and `?` do not cross '/'; [a-z], [^a], `\` escapes. Throws FormatError ("syntax error in pattern").
bool path_match(std::string_view pattern, std::string_view path);

// `**` crosses '/'; [abc], [a-z], [!a], {a,b}, `\c`. Compiled once, matched against many.
class Glob {
 public:
  // Throws FormatError for a malformed pattern.
  explicit Glob(std::string_view pattern);
  bool matches(std::string_view path) const;

 private:
  friend class GlobCompiler;

  // A step of a machine that is in many states at once, as regular expressions are matched in linear time.
  enum class Op : std::uint8_t { rune, not_separator, any, one_of, none_of, split, jump };
  struct Step {
    Op op;
    char32_t rune = 0;
    std::uint32_t target = 0;  // of a jump; of a split, besides the next step; of a class, its index
  };
  using Class = std::vector<std::pair<char32_t, char32_t>>;

  bool accepts(const Step& step, char32_t rune) const;
  void enter(std::uint32_t state, std::vector<std::uint32_t>& states, std::vector<bool>& seen) const;

  std::vector<Step> steps_;
  std::vector<Class> classes_;
};

}  // namespace kyma::helm
