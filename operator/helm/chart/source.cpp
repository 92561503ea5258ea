#include "operator/helm/chart/source.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "operator/helm/chart/failure.hpp"
#include "operator/helm/chart/system_error.hpp"
#include "operator/helm/gotemplate/format.hpp"

namespace kyma::helm {

std::string system_message(int error) {
  std::string message = std::generic_category().message(error);
  if (!message.empty() && message[0] >= 'A' && message[0] <= 'Z')
    message[0] = static_cast<char>(message[0] - 'A' + 'a');
  return message;
}

void fail_with_errno(std::string_view operation, const std::filesystem::path& path) {
  const int error = errno;
  throw ChartFailure(fmt::format("{} {}: {}", operation, path.string(), system_message(error)));
}

void LoadBudget::take(std::string_view name, std::size_t size) {
  if (size > limits_.max_file) {
    throw ChartFailure(fmt::format("chart file {} is larger than the maximum file size {}", gotemplate::quote(name),
                                   limits_.max_file));
  }
  if (size > bytes_left()) {
    throw ChartFailure(fmt::format("the chart is larger than the maximum size {}", limits_.max_bytes));
  }
  if (++files_ > limits_.max_files) {
    throw ChartFailure(fmt::format("the chart has more than {} files", limits_.max_files));
  }
  bytes_ += size;
}

void remove_byte_order_mark(std::string& data) {
  if (data.starts_with("\xef\xbb\xbf")) data.erase(0, 3);
}

std::string read_file(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) fail_with_errno("open", path);
  const std::unique_ptr<const int, void (*)(const int*)> closer(&file, [](const int* f) { ::close(*f); });
  struct stat status {};
  if (::fstat(file, &status) != 0) fail_with_errno("stat", path);
  std::string data;
  if (status.st_size > 0) data.resize(static_cast<std::size_t>(status.st_size) + 1);
  std::size_t length = 0;
  while (true) {
    // The size is only a hint: files under /proc and pipes have none, and one may grow meanwhile.
    if (length == data.size()) data.resize(std::max<std::size_t>(4096, data.size() * 2));
    const ssize_t count = ::read(file, data.data() + length, data.size() - length);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail_with_errno("read", path);
    if (count == 0) break;
    length += static_cast<std::size_t>(count);
  }
  data.resize(length);
  return data;
}

}  // namespace kyma::helm
