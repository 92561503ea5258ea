#include "operator/runtime/cpu_profile.hpp"

#include <dlfcn.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <utility>

namespace kyma::runtime {
namespace {

constexpr char kLibrary[] = "libprofiler.so.0";

std::atomic<bool> is_running{false};

// gperftools/profiler.h
struct Library {
  int (*start)(const char* file) = nullptr;
  void (*stop)() = nullptr;
  std::string problem;

  Library() {
    // Never unloaded: its signal handler stays.
    void* const handle = ::dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (!handle) {
      const char* const why = ::dlerror();
      problem = fmt::format("gperftools cannot be loaded (Debian: libgoogle-perftools4): {}", why ? why : kLibrary);
      return;
    }
    start = reinterpret_cast<int (*)(const char*)>(::dlsym(handle, "ProfilerStart"));
    stop = reinterpret_cast<void (*)()>(::dlsym(handle, "ProfilerStop"));
    if (!start || !stop) problem = fmt::format("{} is none of gperftools' (no ProfilerStart)", kLibrary);
  }
};

const Library& library() {
  static const Library loaded;
  return loaded;
}

std::string read_all(int file) {
  struct ::stat status {};
  if (::fstat(file, &status) != 0) return {};
  std::string content(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t done = 0;
  while (done < content.size()) {
    const auto count = ::pread(file, content.data() + done, content.size() - done, static_cast<::off_t>(done));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return {};
    done += static_cast<std::size_t>(count);
  }
  return content;
}

}  // namespace

CpuProfile::~CpuProfile() {
  stop_sampling();
  if (file_ >= 0) ::close(file_);
}

bool CpuProfile::running() noexcept { return is_running; }
std::string CpuProfile::why_unavailable() { return library().problem; }

std::string CpuProfile::start() {
  if (std::string problem = why_unavailable(); !problem.empty()) return problem;
  if (is_running.exchange(true)) return "another CPU profile is being taken";
  sampling_ = true;  // from here on stop_sampling() clears what was set
  // The library wants a file by name; a container's root may be read-only.
  file_ = ::memfd_create("cpu-profile", MFD_CLOEXEC);
  const std::string name = fmt::format("/proc/self/fd/{}", file_);
  if (file_ >= 0 && library().start(name.c_str()) != 0) return {};
  const std::string why = file_ < 0 ? std::strerror(errno) : "the profiler did not start";
  stop_sampling();
  return fmt::format("no CPU profile can be taken: {}", why);
}

std::string CpuProfile::finish() {
  if (!sampling_) return {};
  stop_sampling();
  return read_all(file_);
}

void CpuProfile::stop_sampling() noexcept {
  if (!std::exchange(sampling_, false)) return;
  library().stop();
  is_running = false;
}

}  // namespace kyma::runtime
