// Letter case and the classes of runes around it, as Go's unicode package has them (Unicode 15, simple mappings).
// What the template language itself needs of Unicode is in gotemplate/unicode.hpp.
#pragma once

namespace kyma::helm {

bool is_upper(char32_t rune);
bool is_lower(char32_t rune);
bool is_title(char32_t rune);
bool is_number(char32_t rune);
bool is_punctuation(char32_t rune);
char32_t to_upper(char32_t rune);
char32_t to_lower(char32_t rune);
char32_t to_title(char32_t rune);

}  // namespace kyma::helm
