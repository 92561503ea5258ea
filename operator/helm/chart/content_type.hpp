// What kind of data a file holds, by its first bytes, as Go's http.DetectContentType has it (the WHATWG's MIME
// sniffing).
#pragma once

#include <string_view>

namespace kyma::helm {

// Looks at the first 512 bytes.
std::string_view content_type(std::string_view data);

}  // namespace kyma::helm
