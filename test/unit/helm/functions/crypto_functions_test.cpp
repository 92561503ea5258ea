#include <crypt.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <chrono>
#include <memory>
#include <set>

#include "operator/helm/functions/certificate.hpp"
#include "operator/helm/functions/pem.hpp"
#include "test/unit/helm/functions/expectations.hpp"

namespace kyma::helm::test {
namespace {

using gotemplate::FunctionError;

struct FixedEnvironment final : gotemplate::Environment {
  WallTime now() override { return WallTime(std::chrono::seconds(1'700'000'000)); }
  void random(std::span<unsigned char> bytes) override {
    for (unsigned char& byte : bytes) byte = next++;
  }
  unsigned char next = 0;
};

std::string evaluate_fixed(std::string text) {
  Heap heap;
  FixedEnvironment environment;
  gotemplate::Run run(heap, environment);
  gotemplate::TemplateSet set;
  set.add(gotemplate::parse("t", std::move(text), sprig_functions()));
  std::string out;
  gotemplate::execute(set, "t", Value(), run, out);
  return out;
}

struct FreeX509 {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
using X509Ptr = std::unique_ptr<X509, FreeX509>;

X509Ptr parse(const CertificatePair& pair) {
  const auto block = decode_pem(pair.certificate);
  REQUIRE(block);
  const auto* data = reinterpret_cast<const unsigned char*>(block->bytes.data());
  return X509Ptr(d2i_X509(nullptr, &data, static_cast<long>(block->bytes.size())));
}

std::vector<int> extension_order(const X509* certificate) {
  std::vector<int> order;
  for (int i = 0; i < X509_get_ext_count(certificate); ++i) {
    order.push_back(OBJ_obj2nid(X509_EXTENSION_get_object(X509_get_ext(certificate, i))));
  }
  return order;
}

TEST_CASE("Secrets that are no chance, and all complaints, are the real helm's", "[helm][functions][crypto]") {
  check_expectations("secrets.jsonl", 130);
}

TEST_CASE("Random texts come from the environment alone", "[helm][functions][crypto]") {
  CHECK(evaluate_fixed("{{ uuidv4 }}") == "00010203-0405-4607-8809-0a0b0c0d0e0f");
  CHECK(evaluate_fixed("{{ randBytes 3 }}") == "AAEC");
  CHECK(evaluate_fixed("{{ randNumeric 12 }}") == "012345678901");
  CHECK(evaluate_fixed("{{ randAlpha 3 }}{{ randAlphaNum 2 }}") == "ABCAB");
  // Each call takes 256 bytes: the next starts where these came from.
  CHECK(evaluate_fixed("{{ randAscii 4 }}") == " !\"#");
  CHECK(evaluate_fixed(R"({{ decryptAES "k" (encryptAES "k" "text") }})") == "text");
}

TEST_CASE("Random characters are all there are, and none is rarer", "[helm][functions][crypto]") {
  const std::string text = evaluate("{{ randAlphaNum 62000 }}").text;
  REQUIRE(text.size() == 62000);
  std::map<char, int> counts;
  for (const char c : text) ++counts[c];
  CHECK(counts.size() == 62);
  // A thousand each; ten standard deviations around it.
  for (const auto& [character, count] : counts) CHECK(std::abs(count - 1000) < 320);
  std::set<std::string> numbers;
  for (int i = 0; i < 200; ++i) numbers.insert(evaluate("{{ randInt 3 6 }}").text);
  CHECK(numbers == std::set<std::string>{"3", "4", "5"});
}

TEST_CASE("A random text too long for the heap is refused", "[helm][functions][crypto]") {
  for (const char* text : {"{{ randAlphaNum 9223372036854775807 }}", "{{ randBytes 9000000000 }}"}) {
    CHECK_THAT(evaluate(text, std::size_t{4} << 20).error,
               Catch::Matchers::ContainsSubstring("the rendering needs more than 4 MiB of memory"));
  }
}

TEST_CASE("A bcrypt hash fits its password and no other", "[helm][functions][crypto]") {
  const auto verify = [](const std::string& password, const std::string& hash) {
    const auto state = std::make_unique<crypt_data>();
    return crypt_r(password.c_str(), hash.c_str(), state.get()) == hash;
  };
  const std::string hash = evaluate(R"({{ bcrypt "secret" }})").text;
  CHECK(hash.starts_with("$2a$10$"));
  CHECK(verify("secret", hash));
  CHECK_FALSE(verify("Secret", hash));
  CHECK(evaluate(R"({{ htpasswd "user" "secret" }})").text.starts_with("user:$2a$10$"));
  // Bytes beyond ASCII are hashed as Go hashes them, by the algorithm that libcrypt names 2b.
  std::string high = evaluate(R"({{ bcrypt "\xff\xa3\xff" }})").text;
  high[2] = 'b';
  CHECK(verify("\xff\xa3\xff", high));
}

TEST_CASE("A certificate says what it was asked to, in the order of Go's", "[helm][functions][crypto]") {
  FixedEnvironment environment;
  const PrivateKey key = PrivateKey::generate_ec();
  const CertificatePair ca = self_signed({.common_name = "authority", .days = 10, .is_ca = true}, key, environment);
  const CertificatePair leaf =
      signed_by(ca, {.common_name = "svc", .addresses = {"\x01\x02\x03\x04"}, .dns_names = {"a.b", "*.c.d"}, .days = 3},
                PrivateKey::generate_ec(), environment);

  const X509Ptr issuer = parse(ca);
  const X509Ptr subject = parse(leaf);
  REQUIRE(issuer);
  REQUIRE(subject);
  CHECK(extension_order(issuer.get()) ==
        std::vector<int>{NID_key_usage, NID_ext_key_usage, NID_basic_constraints, NID_subject_key_identifier});
  CHECK(extension_order(subject.get()) == std::vector<int>{NID_key_usage, NID_ext_key_usage, NID_basic_constraints,
                                                           NID_authority_key_identifier, NID_subject_alt_name});
  CHECK(X509_verify(issuer.get(), X509_get0_pubkey(issuer.get())) == 1);
  CHECK(X509_verify(subject.get(), X509_get0_pubkey(issuer.get())) == 1);
  CHECK(X509_check_issued(issuer.get(), subject.get()) == X509_V_OK);
  CHECK(X509_check_host(subject.get(), "x.c.d", 0, 0, nullptr) == 1);
  CHECK(X509_check_ip_asc(subject.get(), "1.2.3.4", 0) == 1);
  CHECK(X509_check_ca(issuer.get()) == 1);
  CHECK(X509_check_ca(subject.get()) == 0);
  const auto is_at = [](const ASN1_TIME* time, std::int64_t seconds) {
    return ASN1_TIME_cmp_time_t(time, static_cast<time_t>(seconds)) == 0;
  };
  CHECK(is_at(X509_get0_notBefore(subject.get()), 1'700'000'000));
  CHECK(is_at(X509_get0_notAfter(subject.get()), 1'700'000'000 + 3 * 86'400));
}

TEST_CASE("A signed certificate does not name the signer's key when both have one subject",
          "[helm][functions][crypto]") {
  FixedEnvironment environment;
  const PrivateKey key = PrivateKey::generate_ec();
  const CertificatePair ca = self_signed({.common_name = "same", .days = 10, .is_ca = true}, key, environment);
  const CertificatePair leaf = signed_by(ca, {.common_name = "same", .days = 1}, key, environment);
  CHECK(extension_order(parse(leaf).get()) ==
        std::vector<int>{NID_key_usage, NID_ext_key_usage, NID_basic_constraints});
}

TEST_CASE("Private keys of every kind are read as they were written", "[helm][functions][crypto]") {
  for (const PrivateKey& key :
       {PrivateKey::generate_rsa(2048), PrivateKey::generate_ec(), PrivateKey::generate_ed25519()}) {
    const std::string pem = key.pem();
    const PrivateKey read = PrivateKey::parse_pem("# a comment\n" + pem);
    CHECK(EVP_PKEY_eq(key.get(), read.get()) == 1);
    CHECK(read.pem() == pem);
  }
}

TEST_CASE("Broken PEM is no block", "[helm][functions][crypto]") {
  CHECK(decode_pem("-----BEGIN X-----\nYQ==\n-----END X-----")->bytes == "a");
  CHECK(decode_pem("text\n-----BEGIN X-----\nk: v\n\nYQ==\n-----END X-----\nmore")->bytes == "a");
  CHECK(decode_pem("-----BEGIN X-----\n%\n-----END X-----\n-----BEGIN Y-----\nYg==\n-----END Y-----\n")->type == "Y");
  CHECK(decode_pem("-----BEGIN X-----\n-----END X-----\n")->bytes.empty());
  for (const char* text :
       {"", "x", "-----BEGIN ", "-----BEGIN X", "-----BEGIN X-----", "-----BEGIN X-----\n", "-----BEGIN X-----\nYQ==\n",
        "-----BEGIN X-----\nYQ==\n-----END", "-----BEGIN X-----\nk:", "-----BEGIN X-----\nYQ==\n-----END Y-----\n",
        " -----BEGIN X-----\nYQ==\n-----END X-----\n", "-----BEGIN X-----\nYQ==\n-----END X----- y\n",
        "-----BEGIN X-----\nYQ=\n-----END X-----\n"}) {
    INFO(text);
    CHECK_FALSE(decode_pem(text));
  }
}

TEST_CASE("A damaged certificate or key is refused", "[helm][functions][crypto]") {
  FixedEnvironment environment;
  const PrivateKey key = PrivateKey::generate_ec();
  const CertificatePair ca = self_signed({.common_name = "ca", .days = 1, .is_ca = true}, key, environment);
  const std::string der = decode_pem(ca.certificate)->bytes;
  for (std::size_t size = 0; size < der.size(); size += 7) {
    CHECK_THROWS_AS(check_certificate(encode_pem("CERTIFICATE", der.substr(0, size))), FunctionError);
  }
  CHECK_THROWS_WITH(check_certificate(encode_pem("CERTIFICATE", der + "x")),
                    "error parsing certificate: decodedCert.Bytes: x509: trailing data");
  const std::string key_der = decode_pem(ca.key)->bytes;
  for (std::size_t size = 0; size < key_der.size(); size += 5) {
    CHECK_THROWS_AS(PrivateKey::parse_pem(encode_pem("EC PRIVATE KEY", key_der.substr(0, size))), FunctionError);
  }
}

}  // namespace
}  // namespace kyma::helm::test
