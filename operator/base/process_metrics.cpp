// Source of names and meanings: Prometheus' "process" collector, as every client library has it.
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "operator/base/metrics.hpp"

namespace kyma::metrics {
namespace {

struct ProcessStat {
  double cpu_seconds = 0;
  double virtual_bytes = 0;
  double resident_bytes = 0;
  double start_ticks = 0;
};

// /proc/self/stat: the fields after the parenthesised command name, which may hold anything.
ProcessStat read_stat() {
  std::ifstream file("/proc/self/stat");
  std::string text((std::istreambuf_iterator<char>(file)), {});
  const auto end_of_name = text.rfind(')');
  if (end_of_name == std::string::npos) return {};
  std::istringstream fields(text.substr(end_of_name + 1));
  std::string skipped;
  for (int i = 3; i < 14; ++i) fields >> skipped;  // state is field 3
  double user = 0, system = 0;
  fields >> user >> system;  // 14, 15
  for (int i = 16; i < 22; ++i) fields >> skipped;
  ProcessStat stat;
  double pages = 0;
  fields >> stat.start_ticks >> stat.virtual_bytes >> pages;  // 22, 23, 24
  stat.cpu_seconds = (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
  stat.resident_bytes = pages * static_cast<double>(::sysconf(_SC_PAGESIZE));
  return stat;
}

double boot_time_seconds() {
  std::ifstream file("/proc/stat");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("btime ")) return std::stod(line.substr(6));
  }
  return 0;
}

double limit(int resource) {
  rlimit value{};
  if (::getrlimit(static_cast<__rlimit_resource>(resource), &value) != 0) return 0;
  return value.rlim_cur == RLIM_INFINITY ? -1 : static_cast<double>(value.rlim_cur);
}

double open_descriptors() {
  std::error_code ec;
  double count = 0;
  for (std::filesystem::directory_iterator it("/proc/self/fd", ec), end; !ec && it != end; it.increment(ec)) ++count;
  return count > 0 ? count - 1 : 0;  // less the one that reads the directory
}

}  // namespace

std::shared_ptr<void> add_process_metrics(Registry& registry) {
  Counter& cpu =
      registry.counter("process_cpu_seconds_total", "Total user and system CPU time spent in seconds.").with({});
  Gauge& open = registry.gauge("process_open_fds", "Number of open file descriptors.").with({});
  Gauge& max = registry.gauge("process_max_fds", "Maximum number of open file descriptors.").with({});
  Gauge& virtual_bytes = registry.gauge("process_virtual_memory_bytes", "Virtual memory size in bytes.").with({});
  Gauge& virtual_max =
      registry.gauge("process_virtual_memory_max_bytes", "Maximum amount of virtual memory available in bytes.")
          .with({});
  Gauge& resident = registry.gauge("process_resident_memory_bytes", "Resident memory size in bytes.").with({});
  registry.gauge("process_start_time_seconds", "Start time of the process since unix epoch in seconds.")
      .with({})
      .set(boot_time_seconds() + read_stat().start_ticks / static_cast<double>(::sysconf(_SC_CLK_TCK)));
  return registry.on_scrape([&] {
    const ProcessStat stat = read_stat();
    cpu.increment(stat.cpu_seconds - cpu.value());
    open.set(open_descriptors());
    max.set(limit(RLIMIT_NOFILE));
    virtual_bytes.set(stat.virtual_bytes);
    virtual_max.set(limit(RLIMIT_AS));
    resident.set(stat.resident_bytes);
  });
}

}  // namespace kyma::metrics
