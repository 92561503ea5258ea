// Small text functions with Go's notions of space and runes.
#pragma once

#include <string>
#include <string_view>

namespace kyma::helm {

// unicode.IsSpace.
bool is_space(char32_t rune) noexcept;
// strings.TrimSpace.
std::string_view trim_space(std::string_view text) noexcept;
// What Helm makes of a text in Chart.yaml: white space becomes blanks, what cannot be printed goes.
std::string printable(std::string_view text);
// strings.EqualFold for a text against an ASCII one.
bool equal_fold(std::string_view text, std::string_view ascii) noexcept;

}  // namespace kyma::helm
