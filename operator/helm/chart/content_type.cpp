#include "operator/helm/chart/content_type.hpp"

#include <algorithm>
#include <array>

namespace kyma::helm {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kLooksAt = 512;

bool is_white(char c) { return c == '\t' || c == '\n' || c == '\f' || c == '\r' || c == ' '; }
char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

// HTML's elements, in capitals, and the comment.
constexpr std::array kHtml{"<!DOCTYPE HTML"sv,
                           "<HTML"sv,
                           "<HEAD"sv,
                           "<SCRIPT"sv,
                           "<IFRAME"sv,
                           "<H1"sv,
                           "<DIV"sv,
                           "<FONT"sv,
                           "<TABLE"sv,
                           "<A"sv,
                           "<STYLE"sv,
                           "<TITLE"sv,
                           "<B"sv,
                           "<BODY"sv,
                           "<BR"sv,
                           "<P"sv,
                           "<!--"sv};

bool starts_like_html(std::string_view text) {
  return std::any_of(kHtml.begin(), kHtml.end(), [text](std::string_view tag) {
    if (text.size() < tag.size() + 1) return false;
    const bool matches = std::equal(tag.begin(), tag.end(), text.begin(), [](char a, char b) { return a == upper(b); });
    return matches && (text[tag.size()] == ' ' || text[tag.size()] == '>');
  });
}

// `any` in a pattern stands for any byte.
struct Signature {
  std::string_view pattern;
  std::string_view type;
  char any = '\x01';
};

constexpr std::array kSignatures{
    Signature{"%PDF-"sv, "application/pdf"sv},
    Signature{"%!PS-Adobe-"sv, "application/postscript"sv},
    Signature{"\xfe\xff\x01\x01"sv, "text/plain; charset=utf-16be"sv},
    Signature{"\xff\xfe\x01\x01"sv, "text/plain; charset=utf-16le"sv},
    Signature{"\xef\xbb\xbf\x01"sv, "text/plain; charset=utf-8"sv},
    Signature{"\0\0\x01\0"sv, "image/x-icon"sv, '\x7f'},
    Signature{"\0\0\x02\0"sv, "image/x-icon"sv, '\x7f'},
    Signature{"BM"sv, "image/bmp"sv},
    Signature{"GIF87a"sv, "image/gif"sv},
    Signature{"GIF89a"sv, "image/gif"sv},
    Signature{"RIFF\x01\x01\x01\x01WEBPVP"sv, "image/webp"sv},
    Signature{"\x89PNG\r\n\x1a\n"sv, "image/png"sv},
    Signature{"\xff\xd8\xff"sv, "image/jpeg"sv},
    Signature{"FORM\x01\x01\x01\x01"
              "AIFF"sv,
              "audio/aiff"sv},
    Signature{"ID3"sv, "audio/mpeg"sv},
    Signature{"OggS\0"sv, "application/ogg"sv},
    Signature{"MThd\0\0\0\x06"sv, "audio/midi"sv},
    Signature{"RIFF\x01\x01\x01\x01"
              "AVI "sv,
              "video/avi"sv},
    Signature{"RIFF\x01\x01\x01\x01WAVE"sv, "audio/wave"sv},
};
// After these comes the MP4 family, which has no fixed pattern.
constexpr std::array kLaterSignatures{
    Signature{"\x1a\x45\xdf\xa3"sv, "video/webm"sv},
    Signature{"\0\x01\0\0"sv, "font/ttf"sv, '\x7f'},
    Signature{"OTTO"sv, "font/otf"sv},
    Signature{"ttcf"sv, "font/collection"sv},
    Signature{"wOFF"sv, "font/woff"sv},
    Signature{"wOF2"sv, "font/woff2"sv},
    Signature{"\x1f\x8b\x08"sv, "application/x-gzip"sv},
    Signature{"PK\x03\x04"sv, "application/zip"sv},
    Signature{"Rar!\x1a\x07\0"sv, "application/x-rar-compressed"sv},
    Signature{"Rar!\x1a\x07\x01\0"sv, "application/x-rar-compressed"sv, '\x7f'},
    Signature{"\0asm"sv, "application/wasm"sv},
};

bool matches(const Signature& signature, std::string_view data) {
  return data.size() >= signature.pattern.size() &&
         std::equal(signature.pattern.begin(), signature.pattern.end(), data.begin(),
                    [&](char p, char d) { return p == d || p == signature.any; });
}

template <std::size_t N>
std::string_view find(const std::array<Signature, N>& signatures, std::string_view data) {
  const auto found = std::find_if(signatures.begin(), signatures.end(),
                                  [&](const Signature& signature) { return matches(signature, data); });
  return found == signatures.end() ? std::string_view() : found->type;
}

// An `ftyp` box whose brands have one that starts with "mp4".
bool is_mp4(std::string_view data) {
  if (data.size() < 12) return false;
  std::size_t size = 0;
  for (std::size_t i = 0; i < 4; ++i) size = size << 8 | static_cast<unsigned char>(data[i]);
  if (data.size() < size || size % 4 != 0 || data.substr(4, 4) != "ftyp") return false;
  for (std::size_t at = 8; at + 3 <= size; at += 4) {
    if (at != 12 && data.substr(at, 3) == "mp4") return true;  // at 12 stands the version
  }
  return false;
}

// "<?xml" after white space, and nothing that a text has not.
bool is_binary(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte <= 0x08 || byte == 0x0b || (byte >= 0x0e && byte <= 0x1a) || (byte >= 0x1c && byte <= 0x1f);
}

}  // namespace

std::string_view content_type(std::string_view data) {
  data = data.substr(0, kLooksAt);
  std::string_view text = data;
  while (!text.empty() && is_white(text.front())) text.remove_prefix(1);
  if (starts_like_html(text)) return "text/html; charset=utf-8";
  if (text.starts_with("<?xml")) return "text/xml; charset=utf-8";
  if (const std::string_view type = find(kSignatures, data); !type.empty()) return type;
  if (is_mp4(data)) return "video/mp4";
  if (const std::string_view type = find(kLaterSignatures, data); !type.empty()) return type;
  // The pattern of Microsoft's embedded fonts: 34 bytes of anything, then "LP".
  if (data.size() >= 36 && data.substr(34, 2) == "LP") return "application/vnd.ms-fontobject";
  const bool binary = std::any_of(text.begin(), text.end(), is_binary);
  return binary ? "application/octet-stream" : "text/plain; charset=utf-8";
}

}  // namespace kyma::helm
