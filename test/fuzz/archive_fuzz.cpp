// Any bytes as a chart's archive: as they are, and as the tar inside of a proper gzip.
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "operator/helm/chart/load.hpp"

namespace {

using namespace kyma;

std::string gzip(std::string_view text) {
  z_stream stream{};
  constexpr int kGzipWindow = 15 + 16;
  if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY) != Z_OK) return {};
  std::string result(deflateBound(&stream, static_cast<uLong>(text.size())) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(result.data());
  stream.avail_out = static_cast<uInt>(result.size());
  deflate(&stream, Z_FINISH);
  result.resize(stream.total_out);
  deflateEnd(&stream);
  return result;
}

// Puts every header's checksum right, so that a mutated header is looked at and not merely refused.
std::string with_checksums(std::string_view text) {
  constexpr std::size_t kBlock = 512;
  constexpr std::size_t kSizeAt = 124;
  constexpr std::size_t kSumAt = 148;
  std::string tar(text);
  for (std::size_t at = 0; at + kBlock <= tar.size();) {
    std::fill_n(tar.begin() + static_cast<std::ptrdiff_t>(at + kSumAt), 8, ' ');
    unsigned sum = 0;
    for (std::size_t i = 0; i < kBlock; ++i) sum += static_cast<unsigned char>(tar[at + i]);
    std::array<char, 8> digits{};
    std::snprintf(digits.data(), digits.size(), "%06o", sum & 0777777U);
    std::copy_n(digits.begin(), 7, tar.begin() + static_cast<std::ptrdiff_t>(at + kSumAt));
    const std::size_t size = std::strtoul(tar.substr(at + kSizeAt, 11).c_str(), nullptr, 8);
    at += kBlock + (std::min(size, tar.size()) + kBlock - 1) / kBlock * kBlock;
  }
  return tar;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  helm::LoadLimits limits;
  limits.max_bytes = std::size_t{4} << 20;
  limits.max_files = 100;
  limits.max_depth = 4;
  const auto chart =
      data[0] % 2 == 0 ? helm::load_archive(gzip(with_checksums(rest)), limits) : helm::load_archive(rest, limits);
  if (chart) static_cast<void>(helm::check_installable(**chart));
  return 0;
}
