#include "operator/base/base64.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>

using namespace kyma;

TEST_CASE("Base64 comes back as it was, and nonsense is refused", "[base][base64]") {
  std::string bytes;
  for (int size = 0; size < 300; ++size) {
    CHECK(decode_base64(encode_base64(bytes)) == bytes);
    bytes += static_cast<char>(size * 7);
  }
  CHECK(encode_base64("M") == "TQ==");
  CHECK(encode_base64("Ma") == "TWE=");
  CHECK(encode_base64("Man") == "TWFu");
  CHECK(decode_base64("TW\nE=\r\n") == "Ma");
  for (const char* bad : {"T", "TQ", "TQ=", "TQ===", "====", "T===", "TQ==TQ==", "T=Q=", "T W=", "TQ==x", "ä"}) {
    INFO(bad);
    CHECK_FALSE(decode_base64(bad).has_value());
  }
}
