// Text formats, encodings and digests: Sprig's, and what Helm puts over them or adds.
//
// Helm's own never fail: what cannot be written is "", what cannot be read is a map with the message under "Error", or
// a list of the message. Sprig's must... fail.
#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <cstdint>
#include <string>

#include "operator/base/base64.hpp"
#include "operator/helm/formats/json.hpp"
#include "operator/helm/formats/toml.hpp"
#include "operator/helm/formats/yaml.hpp"
#include "operator/helm/functions/base_encoding.hpp"
#include "operator/helm/functions/functions.hpp"

namespace kyma::helm {
namespace {

using gotemplate::Call;

constexpr JsonStyle kPretty{.indent = "  "};
constexpr JsonStyle kRaw{.escape_html = false};

// --- Written by Helm -------------------------------------------------------------------------------------------------

template <class Write>
Value written_or_empty(Call& call, Write write) {
  try {
    return call.make(write(call[0], text_limit(call.heap)));
  } catch (const FormatError&) {
    return Value::string("");
  }
}

Value to_yaml_text(Call& call) { return written_or_empty(call, to_yaml); }
Value to_yaml_pretty_text(Call& call) { return written_or_empty(call, to_yaml_pretty); }
Value to_json_text(Call& call) {
  return written_or_empty(call, [](Value value, std::size_t max_size) { return to_json(value, {}, max_size); });
}
Value to_pretty_json_text(Call& call) {
  return written_or_empty(call, [](Value value, std::size_t max_size) { return to_json(value, kPretty, max_size); });
}

Value to_toml_text(Call& call) {
  try {
    return call.make(to_toml(call[0], text_limit(call.heap)));
  } catch (const FormatError& error) {
    return call.make(error.what());
  }
}

// --- Read by Helm ----------------------------------------------------------------------------------------------------

template <class Read>
Value map_or_error(Call& call, Read read) {
  try {
    return read(call.text(0), call.heap);
  } catch (const FormatError& error) {
    const Value map = error.partial.is_map() && !error.partial.as_map().is_nil
                          ? error.partial
                          : Value::map(&gotemplate::make_map(call.heap));
    map.as_map().set(call.heap, "Error", call.make(error.what()));
    return map;
  }
}

template <class Read>
Value list_or_error(Call& call, Read read) {
  try {
    return read(call.text(0), call.heap);
  } catch (const FormatError& error) {
    return gotemplate::make_list(call.heap, {call.make(error.what())});
  }
}

// --- Sprig's JSON ----------------------------------------------------------------------------------------------------

Value must_to_json(Call& call) { return call.make(to_json(call[0], {}, text_limit(call.heap))); }
Value must_to_pretty_json(Call& call) { return call.make(to_json(call[0], kPretty, text_limit(call.heap))); }
// toRawJson too: it panics where its must... form fails.
Value must_to_raw_json(Call& call) { return call.make(to_json(call[0], kRaw, text_limit(call.heap))); }
Value must_from_json(Call& call) { return from_json(call.text(0), call.heap); }

// --- Encodings and digests -------------------------------------------------------------------------------------------

template <class Decode>
Value decoded_or_message(Call& call, Decode decode) {
  try {
    return call.make(decode(call.text(0)));
  } catch (const gotemplate::FunctionError& error) {
    return call.make(error.what());
  }
}

Value hex_digest(Call& call, const EVP_MD* algorithm) {
  const std::string_view text = call.text(0);
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (EVP_Digest(text.data(), text.size(), digest, &size, algorithm, nullptr) != 1) {
    Call::fail("the cryptographic library refuses to compute a digest");
  }
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) hex += fmt::format("{:02x}", digest[i]);
  return call.make(hex);
}

// Adler-32 of RFC 1950.
std::uint32_t adler32_of(std::string_view text) {
  constexpr std::uint32_t kModulus = 65521;
  constexpr std::size_t kBatch = 5552;  // the most bytes that cannot overflow 32 bits
  std::uint32_t a = 1;
  std::uint32_t b = 0;
  while (!text.empty()) {
    for (const char c : text.substr(0, kBatch)) {
      a += static_cast<unsigned char>(c);
      b += a;
    }
    a %= kModulus;
    b %= kModulus;
    text.remove_prefix(std::min(kBatch, text.size()));
  }
  return b << 16 | a;
}

constexpr Function kFunctions[] = {
    {"toYaml", "a", to_yaml_text},
    {"toYamlPretty", "a", to_yaml_pretty_text},
    {"fromYaml", "s", [](Call& call) { return map_or_error(call, from_yaml_map); }},
    {"fromYamlArray", "s", [](Call& call) { return list_or_error(call, from_yaml_list); }},
    {"toJson", "a", to_json_text},
    {"fromJson", "s", [](Call& call) { return map_or_error(call, from_json_map); }},
    {"fromJsonArray", "s", [](Call& call) { return list_or_error(call, from_json_list); }},
    {"toToml", "a", to_toml_text},
    {"fromToml", "s", [](Call& call) { return map_or_error(call, from_toml); }},
    // A rendering asks no name servers: this is Helm without --enable-dns.
    {"getHostByName", "s", [](Call&) { return Value::string(""); }},
    {"toPrettyJson", "a", to_pretty_json_text},
    {"toRawJson", "a", must_to_raw_json},
    {"mustFromJson", "s", must_from_json},
    {"mustToJson", "a", must_to_json},
    {"mustToPrettyJson", "a", must_to_pretty_json},
    {"mustToRawJson", "a", must_to_raw_json},
    {"b64enc", "s", [](Call& call) { return call.make(encode_base64(call.text(0))); }},
    {"b64dec", "s", [](Call& call) { return decoded_or_message(call, decode_base64_like_go); }},
    {"b32enc", "s", [](Call& call) { return call.make(encode_base32(call.text(0))); }},
    {"b32dec", "s", [](Call& call) { return decoded_or_message(call, decode_base32_like_go); }},
    {"sha1sum", "s", [](Call& call) { return hex_digest(call, EVP_sha1()); }},
    {"sha256sum", "s", [](Call& call) { return hex_digest(call, EVP_sha256()); }},
    {"sha512sum", "s", [](Call& call) { return hex_digest(call, EVP_sha512()); }},
    {"adler32sum", "s", [](Call& call) { return call.make(std::to_string(adler32_of(call.text(0)))); }},
};

}  // namespace

std::span<const Function> encoding_functions() { return kFunctions; }

}  // namespace kyma::helm
