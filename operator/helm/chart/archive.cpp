#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <limits>
#include <memory>

#include "operator/helm/chart/failure.hpp"
#include "operator/helm/chart/source.hpp"
#include "operator/helm/gotemplate/format.hpp"

namespace kyma::helm {
namespace {

constexpr std::string_view kTruncated = "unexpected EOF";
constexpr std::size_t kTarBlock = 512;

// What a gzip file holds. Helm unpacks as it goes and stops at the end of the tar archive, so that damage behind that
// goes unnoticed: here it is only remembered.
struct Unzipped {
  std::string data;
  std::string error;  // why there is no more
};

std::string gzip_error(const z_stream& stream, int status) {
  const std::string_view message = stream.msg == nullptr ? std::string_view() : std::string_view(stream.msg);
  if (status == Z_BUF_ERROR) return std::string(kTruncated);
  if (message == "incorrect data check" || message == "incorrect length check") return "gzip: invalid checksum";
  const bool header = message == "incorrect header check" || message == "unknown compression method" ||
                      message == "unknown header flags set" || message == "header crc mismatch";
  return header ? std::string(kBadGzipHeader) : fmt::format("flate: corrupt input before offset {}", stream.total_in);
}

class Inflater {
 public:
  Inflater() {
    constexpr int kGzipOnly = 15 + 16;
    if (inflateInit2(&stream_, kGzipOnly) != Z_OK) throw std::bad_alloc();
  }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  // Several gzip files in a row count as one.
  Unzipped run(std::string_view bytes, std::size_t limit) {
    if (bytes.size() > std::numeric_limits<uInt>::max()) throw ChartFailure("the chart archive is too large");
    Unzipped result;
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    int status = Z_OK;
    while (status == Z_OK) {
      status = step(result.data);
      if (result.data.size() > limit) {
        result.data.resize(limit);
        result.error = "decompressed chart is larger than the maximum size";
        return result;
      }
      if (status == Z_STREAM_END && stream_.avail_in > 0) status = inflateReset(&stream_);
    }
    if (status != Z_STREAM_END) result.error = gzip_error(stream_, status);
    return result;
  }

 private:
  int step(std::string& out) {
    constexpr std::size_t kChunk = std::size_t{256} << 10;
    const std::size_t size = out.size();
    out.resize(size + kChunk);
    stream_.next_out = reinterpret_cast<Bytef*>(out.data() + size);
    stream_.avail_out = kChunk;
    const int status = inflate(&stream_, Z_NO_FLUSH);
    out.resize(size + kChunk - stream_.avail_out);
    return status;
  }

  z_stream stream_{};
};

struct CloseArchive {
  void operator()(archive* a) const noexcept { archive_read_free(a); }
};

// Helm's checks of an entry's name, and the name without its first element. Helm has them in this order.
std::string inner_name(std::string_view name) {
  const char delimiter = name.find('\\') != std::string_view::npos ? '\\' : '/';
  const std::size_t first_end = name.find(delimiter);
  std::string inner(first_end == std::string_view::npos ? std::string_view() : name.substr(first_end + 1));
  std::replace(inner.begin(), inner.end(), delimiter, '/');
  if (inner.starts_with('/')) throw ChartFailure("chart illegally contains absolute paths");

  std::string clean = std::filesystem::path(inner).lexically_normal().string();
  while (clean.size() > 1 && clean.ends_with('/')) clean.pop_back();
  if (clean.empty() || clean == ".") {
    throw ChartFailure(
        fmt::format("chart illegally contains content outside the base directory: {}", gotemplate::quote(name)));
  }
  if (clean.starts_with("..")) throw ChartFailure("chart illegally references parent directory");
  const bool drive = clean.size() >= 3 && clean[1] == ':' && clean[2] == '/' &&
                     ((clean[0] >= 'a' && clean[0] <= 'z') || (clean[0] >= 'A' && clean[0] <= 'Z'));
  if (drive) throw ChartFailure("chart contains illegally named files");
  if (name.substr(0, first_end) == "Chart.yaml") throw ChartFailure("chart yaml not in base directory");
  return clean;
}

class TarReader {
 public:
  TarReader(const Unzipped& source, LoadBudget& budget)
      : source_(source), budget_(budget), archive_(archive_read_new()) {
    if (!archive_) throw std::bad_alloc();
    archive_read_support_format_tar(archive_.get());
    // Libarchive takes an empty file for none of its formats.
    is_open_ = !source.data.empty() &&
               archive_read_open_memory(archive_.get(), source.data.data(), source.data.size()) == ARCHIVE_OK;
  }

  std::vector<ChartFile> run() {
    if (!is_open_) {
      if (!source_.data.empty()) fail();
      if (!source_.error.empty()) throw ChartFailure(source_.error);
    }
    while (is_open_ && next()) {
      if (archive_entry_filetype(entry_) != AE_IFDIR) add();
    }
    if (files_.empty()) throw ChartFailure("no files in chart archive");
    return std::move(files_);
  }

 private:
  bool next() {
    const int status = archive_read_next_header(archive_.get(), &entry_);
    if (status == ARCHIVE_OK || status == ARCHIVE_WARN) return true;
    if (status != ARCHIVE_EOF) fail();
    check_end();
    return false;
  }

  // The archive ends with two blocks of zeros, or with the data.
  void check_end() const {
    const auto at = static_cast<std::size_t>(std::max<la_int64_t>(0, archive_read_header_position(archive_.get())));
    const std::string_view tail = std::string_view(source_.data).substr(std::min(at, source_.data.size()));
    const bool marked =
        tail.size() >= 2 * kTarBlock && tail.substr(0, 2 * kTarBlock).find_first_not_of('\0') == std::string_view::npos;
    if (!marked && !source_.error.empty()) throw ChartFailure(source_.error);
  }

  // Either there is not enough of it, or it is no tar archive.
  [[noreturn]] void fail() const {
    const char* text = archive_error_string(archive_.get());
    const std::string_view message = text == nullptr ? std::string_view() : std::string_view(text);
    if (message.find("runcated") == std::string_view::npos && source_.data.size() >= kTarBlock) {
      throw ChartFailure("archive/tar: invalid tar header");
    }
    throw ChartFailure(source_.error.empty() ? std::string(kTruncated) : source_.error);
  }

  std::string_view entry_name() const {
    const char* name = archive_entry_pathname(entry_);
    // Names that the process' locale cannot express come as UTF-8 alone.
    if (name == nullptr) name = archive_entry_pathname_utf8(entry_);
    if (name == nullptr) throw ChartFailure("archive/tar: invalid tar header");
    return name;
  }

  void add() {
    std::string name = inner_name(entry_name());
    const bool has_data = archive_entry_filetype(entry_) == AE_IFREG && archive_entry_hardlink(entry_) == nullptr;
    const la_int64_t size = has_data ? archive_entry_size(entry_) : 0;
    budget_.take(name, size < 0 ? 0 : static_cast<std::size_t>(size));
    ChartFile& file = files_.emplace_back();
    file.name = std::move(name);
    file.data.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    std::size_t length = 0;
    while (length < file.data.size()) {
      const la_ssize_t count = archive_read_data(archive_.get(), file.data.data() + length, file.data.size() - length);
      if (count < 0) fail();
      if (count == 0) throw ChartFailure(std::string(kTruncated));
      length += static_cast<std::size_t>(count);
    }
    remove_byte_order_mark(file.data);
  }

  const Unzipped& source_;
  LoadBudget& budget_;
  std::unique_ptr<archive, CloseArchive> archive_;
  archive_entry* entry_ = nullptr;
  bool is_open_ = false;
  std::vector<ChartFile> files_;
};

}  // namespace

std::vector<ChartFile> read_archive(std::string_view bytes, LoadBudget& budget) {
  constexpr std::size_t kGzipHeader = 10;
  if (bytes.empty()) throw ChartFailure("EOF");
  if (bytes.size() < kGzipHeader) throw ChartFailure("unexpected EOF");
  // Headers and padding come on top of the files' own bytes.
  const std::size_t limit = budget.bytes_left() + budget.limits().max_files * 4 * kTarBlock;
  const Unzipped unzipped = Inflater().run(bytes, limit);
  if (unzipped.error == kBadGzipHeader && unzipped.data.empty()) throw ChartFailure(unzipped.error);
  return TarReader(unzipped, budget).run();
}

}  // namespace kyma::helm
