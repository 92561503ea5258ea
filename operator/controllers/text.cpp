#include "operator/controllers/text.hpp"

namespace kyma::controllers {

std::string shorten(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return std::string(text);
  const auto continues = [&](std::size_t at) { return (static_cast<unsigned char>(text[at]) & 0xC0u) == 0x80u; };
  while (limit > 0 && continues(limit)) --limit;
  return std::string(text.substr(0, limit)) + "...";
}

}  // namespace kyma::controllers
