#include "operator/helm/functions/base_encoding.hpp"
#include "test/unit/helm/functions/expectations.hpp"

namespace kyma::helm::test {
namespace {

TEST_CASE("Encodings, digests, JSON, YAML and TOML are the real helm's", "[helm][functions][encodings]") {
  check_expectations("encodings.jsonl", 1100);
}

TEST_CASE("Every byte survives Base32 and Base64", "[helm][functions][encodings]") {
  std::string bytes;
  for (int i = 0; i < 300; ++i) {
    CHECK(decode_base32_like_go(encode_base32(bytes)) == bytes);
    bytes += static_cast<char>(i * 7);
  }
  const Evaluation result = evaluate(R"({{ $s := "\x00\xff\x80a" }}{{ $s | b64enc | b64dec | eq $s }})");
  CHECK(result.text == "true");
}

}  // namespace
}  // namespace kyma::helm::test
