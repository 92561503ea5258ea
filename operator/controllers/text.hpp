// Text of unknown size and origin on its way into a status or a log line.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace kyma::controllers {

// At most `limit` bytes and an ellipsis; never cut within a UTF-8 sequence, which the API would refuse.
std::string shorten(std::string_view text, std::size_t limit);
// The same with the ellipsis in the middle, for errors whose beginning says where and whose end says why.
std::string shorten_middle(std::string_view text, std::size_t limit);

}  // namespace kyma::controllers
