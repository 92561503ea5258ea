#include "operator/controllers/text.hpp"

namespace kyma::controllers {
namespace {

// The last place at or before `at` where a UTF-8 sequence begins.
std::size_t rune_start(std::string_view text, std::size_t at) {
  while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0u) == 0x80u) --at;
  return at;
}

}  // namespace

std::string shorten(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return std::string(text);
  return std::string(text.substr(0, rune_start(text, limit))) + "...";
}

std::string shorten_middle(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return std::string(text);
  return shorten(text, limit / 2) + " " + std::string(text.substr(rune_start(text, text.size() - limit / 2)));
}

}  // namespace kyma::controllers
