#include "operator/base/memory_trim.hpp"

#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <boost/asio/post.hpp>

#include <chrono>
#include <cstdint>

namespace kyma {
namespace {

constexpr std::chrono::seconds kFirst{1};  // by then what the start needed is done
constexpr std::chrono::seconds kPeriod{10};
constexpr int kRoundsBetweenCodeTrims = 6;

int drop_code_of(dl_phdr_info* object, std::size_t /*size*/, void* /*context*/) {
  const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  for (int i = 0; i < object->dlpi_phnum; ++i) {
    const auto& segment = object->dlpi_phdr[i];
    // What is writable holds relocated pointers: dropping it would lose them.
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) continue;
    const std::uintptr_t begin = (object->dlpi_addr + segment.p_vaddr + page - 1) & ~(page - 1);
    const std::uintptr_t end = (object->dlpi_addr + segment.p_vaddr + segment.p_memsz) & ~(page - 1);
    if (begin < end) madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
  }
  return 0;
}

}  // namespace

void tune_heap() {
  mallopt(M_ARENA_MAX, 2);
  mallopt(M_MMAP_THRESHOLD, 256 * 1024);
  mallopt(M_TRIM_THRESHOLD, 4 * 1024 * 1024);
  mallopt(M_TOP_PAD, 256 * 1024);
}

std::size_t free_heap_bytes() { return mallinfo2().fordblks; }

void trim_heap() { malloc_trim(0); }

void trim_code() { dl_iterate_phdr(drop_code_of, nullptr); }

MemoryTrimmer::MemoryTrimmer(Clock& clock, std::size_t worth_the_trouble)
    : worth_the_trouble_(worth_the_trouble), timer_(clock, [this] { start(); }) {
  timer_.expires_after(kFirst);
}

void MemoryTrimmer::start() {
  asio::post(worker_, [this] { trim(); });
  timer_.expires_after(kPeriod);
}

void MemoryTrimmer::trim() {
  if (free_heap_bytes() >= worth_the_trouble_) trim_heap();
  if (rounds_++ % kRoundsBetweenCodeTrims == 0) trim_code();
}

}  // namespace kyma
