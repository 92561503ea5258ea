// Passwords: bcrypt and htpasswd, the Master Password algorithm, AES.
#include <crypt.h>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <vector>

#include "operator/base/base64.hpp"
#include "operator/helm/functions/base_encoding.hpp"
#include "operator/helm/functions/crypto_natives.hpp"

namespace kyma::helm::crypto {
namespace {

using gotemplate::Environment;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

[[noreturn]] void library_failure() {
  ERR_clear_error();
  Call::fail("the cryptographic library fails");
}

// --- bcrypt ----------------------------------------------------------------------------------------------------------

constexpr unsigned long kBcryptCost = 10;
constexpr std::size_t kBcryptLongest = 72;

// The hash, or why there is none: Sprig returns either as its result.
std::string bcrypt(std::string_view password, Environment& environment) {
  constexpr std::string_view kFailed = "failed to encrypt string with bcrypt: ";
  if (password.size() > kBcryptLongest) {
    return fmt::format("{}bcrypt: password length exceeds {} bytes", kFailed, kBcryptLongest);
  }
  if (password.find('\0') != password.npos) return fmt::format("{}bcrypt: password contains a NUL byte", kFailed);
  std::array<unsigned char, 16> salt;
  environment.random(salt);
  const auto state = std::make_unique<crypt_data>();
  // "2b" names the algorithm that Go's "2a" is; libcrypt's own "2a" has a countermeasure that alters some hashes.
  std::array<char, CRYPT_GENSALT_OUTPUT_SIZE> setting{};
  const char* hash = nullptr;
  if (crypt_gensalt_rn("$2b$", kBcryptCost, reinterpret_cast<const char*>(salt.data()), salt.size(), setting.data(),
                       setting.size())) {
    hash = crypt_r(std::string(password).c_str(), setting.data(), state.get());
  }
  if (!hash || *hash != '$') return fmt::format("{}the system's libcrypt does not know it", kFailed);
  std::string text = hash;
  text[2] = 'a';
  return text;
}

// --- Master Password -------------------------------------------------------------------------------------------------

struct PasswordType {
  std::string_view name;
  std::vector<std::string_view> patterns;
};

const std::array<PasswordType, 6>& password_types() {
  static const std::array<PasswordType, 6> types = {{
      {"maximum", {"anoxxxxxxxxxxxxxxxxx", "axxxxxxxxxxxxxxxxxno"}},
      {"long",
       {"CvcvnoCvcvCvcv", "CvcvCvcvnoCvcv", "CvcvCvcvCvcvno", "CvccnoCvcvCvcv", "CvccCvcvnoCvcv", "CvccCvcvCvcvno",
        "CvcvnoCvccCvcv", "CvcvCvccnoCvcv", "CvcvCvccCvcvno", "CvcvnoCvcvCvcc", "CvcvCvcvnoCvcc", "CvcvCvcvCvccno",
        "CvccnoCvccCvcv", "CvccCvccnoCvcv", "CvccCvccCvcvno", "CvcvnoCvccCvcc", "CvcvCvccnoCvcc", "CvcvCvccCvccno",
        "CvccnoCvcvCvcc", "CvccCvcvnoCvcc", "CvccCvcvCvccno"}},
      {"medium", {"CvcnoCvc", "CvcCvcno"}},
      {"short", {"Cvcn"}},
      {"basic", {"aaanaaan", "aannaaan", "aaannaaa"}},
      {"pin", {"nnnn"}},
  }};
  return types;
}

// What a letter of a pattern stands for.
std::string_view characters(char letter) {
  switch (letter) {
    case 'V': return "AEIOU";
    case 'C': return "BCDFGHJKLMNPQRSTVWXYZ";
    case 'v': return "aeiou";
    case 'c': return "bcdfghjklmnpqrstvwxyz";
    case 'A': return "AEIOUBCDFGHJKLMNPQRSTVWXYZ";
    case 'a': return "AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";
    case 'n': return "0123456789";
    case 'o': return "@&%?,=[]_:-+*$#!'^~;()/.";
    default: return "AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()";
  }
}

constexpr std::string_view kSeedName = "com.lyndir.masterpassword";

std::string big_endian(std::uint32_t number) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(number >> shift & 0xff);
  return bytes;
}

std::string sized(std::string_view text) { return big_endian(static_cast<std::uint32_t>(text.size())).append(text); }

using Seed = std::array<unsigned char, 32>;

Seed password_seed(std::uint32_t counter, std::string_view password, std::string_view user, std::string_view site) {
  constexpr std::uint64_t kCost = 32768;
  constexpr std::uint64_t kMemory = std::uint64_t{64} << 20;  // it takes 32 MiB and a little
  const std::string salt = std::string(kSeedName) + sized(user);
  std::array<unsigned char, 64> key;
  if (EVP_PBE_scrypt(password.data(), password.size(), bytes_of(salt), salt.size(), kCost, 8, 2, kMemory, key.data(),
                     key.size()) != 1) {
    library_failure();
  }
  const std::string message = std::string(kSeedName) + sized(site) + big_endian(counter);
  Seed seed;
  unsigned int size = 0;
  if (!HMAC(EVP_sha256(), key.data(), key.size(), bytes_of(message), message.size(), seed.data(), &size)) {
    library_failure();
  }
  return seed;
}

// --- AES -------------------------------------------------------------------------------------------------------------

constexpr std::size_t kBlock = 16;

struct FreeCipher {
  void operator()(EVP_CIPHER_CTX* context) const noexcept { EVP_CIPHER_CTX_free(context); }
};

// AES-256-CBC over whole blocks; the key is the password, cut or filled up with zeros.
std::string run_cipher(std::string_view password, std::string_view iv, std::string_view text, bool encrypting) {
  std::array<unsigned char, 32> key{};
  std::copy_n(password.begin(), std::min(password.size(), key.size()), key.begin());
  const std::unique_ptr<EVP_CIPHER_CTX, FreeCipher> context(EVP_CIPHER_CTX_new());
  std::string out(text.size() + kBlock, '\0');
  int size = 0;
  if (!context ||
      EVP_CipherInit_ex(context.get(), EVP_aes_256_cbc(), nullptr, key.data(), bytes_of(iv), encrypting ? 1 : 0) != 1 ||
      EVP_CIPHER_CTX_set_padding(context.get(), 0) != 1 ||
      EVP_CipherUpdate(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size, bytes_of(text),
                       static_cast<int>(text.size())) != 1) {
    library_failure();
  }
  out.resize(static_cast<std::size_t>(size));
  return out;
}

// Larger than what OpenSSL takes in one go.
void check_size(Call& call, std::string_view text) {
  if (text.size() > (std::size_t{1} << 30)) throw gotemplate::HeapExhausted(call.heap.limit());
}

}  // namespace

Value hash_password(Call& call) { return call.make(bcrypt(call.text(0), call.environment)); }

Value htpasswd_line(Call& call) {
  const std::string_view user = call.text(0);
  if (user.find(':') != user.npos) return call.make(fmt::format("invalid username: {}", user));
  return call.make(fmt::format("{}:{}", user, bcrypt(call.text(1), call.environment)));
}

// counter, type, password, user, site
Value derive_password(Call& call) {
  const auto& types = password_types();
  const auto type = std::find_if(types.begin(), types.end(), [&](const auto& t) { return t.name == call.text(1); });
  if (type == types.end()) return call.make(fmt::format("cannot find password template {}", call.text(1)));
  const auto counter = static_cast<std::uint32_t>(call.integer(0));
  const Seed seed = password_seed(counter, call.text(2), call.text(3), call.text(4));
  const std::string_view pattern = type->patterns[seed[0] % type->patterns.size()];
  std::string password;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const std::string_view choice = characters(pattern[i]);
    password += choice[seed[i + 1] % choice.size()];
  }
  return call.make(password);
}

Value encrypt(Call& call) {
  const std::string_view text = call.text(1);
  if (text.empty()) return Value::string("");
  check_size(call, text);
  const std::size_t padding = kBlock - text.size() % kBlock;
  std::string padded(text);
  padded.append(padding, static_cast<char>(padding));
  std::string iv(kBlock, '\0');
  call.environment.random({reinterpret_cast<unsigned char*>(iv.data()), iv.size()});
  return call.make(encode_base64(iv + run_cipher(call.text(0), iv, padded, true)));
}

// What is malformed makes Go panic, in these words.
Value decrypt(Call& call) {
  const std::string_view base64 = call.text(1);
  if (base64.empty()) return Value::string("");
  check_size(call, base64);
  const std::string bytes = decode_base64_like_go(base64);
  const std::size_t capacity = base64.size() / 4 * 3;
  if (capacity < kBlock) {
    Call::fail(fmt::format("runtime error: slice bounds out of range [:{}] with capacity {}", kBlock, capacity));
  }
  if (bytes.size() < kBlock) {
    Call::fail(fmt::format("runtime error: slice bounds out of range [{}:{}]", kBlock, bytes.size()));
  }
  const std::string_view encrypted = std::string_view(bytes).substr(kBlock);
  if (encrypted.size() % kBlock != 0) Call::fail("crypto/cipher: input not full blocks");
  if (encrypted.empty()) Call::fail("runtime error: index out of range [-1]");
  const std::string text = run_cipher(call.text(0), bytes.substr(0, kBlock), encrypted, false);
  const std::size_t padding = static_cast<unsigned char>(text.back());
  if (padding > text.size()) {
    Call::fail(fmt::format("runtime error: slice bounds out of range [:-{}]", padding - text.size()));
  }
  return call.make(std::string_view(text).substr(0, text.size() - padding));
}

}  // namespace kyma::helm::crypto
