#include "operator/helm/gotemplate/heap.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace kyma::gotemplate {
namespace {

constexpr std::size_t kFirstBlock = std::size_t{32} << 10;
constexpr std::size_t kLargestBlock = std::size_t{1} << 20;

}  // namespace

HeapExhausted::HeapExhausted(std::size_t limit)
    : LimitExceeded(fmt::format("the rendering needs more than {} MiB of memory", limit >> 20)) {}

Heap::~Heap() {
  for (auto cleanup = cleanups_.rbegin(); cleanup != cleanups_.rend(); ++cleanup) cleanup->destroy(cleanup->object);
  for (std::byte* block : blocks_) ::operator delete(block);
}

std::string_view Heap::copy(std::string_view text) {
  if (text.empty()) return {};
  char* data = static_cast<char*>(allocate(text.size(), 1));
  std::memcpy(data, text.data(), text.size());
  return {data, text.size()};
}

void* Heap::do_allocate(std::size_t bytes, std::size_t alignment) {
  const auto address = reinterpret_cast<std::uintptr_t>(next_);
  const std::size_t padding = (alignment - address % alignment) % alignment;
  if (static_cast<std::size_t>(end_ - next_) < padding + bytes) return grow(bytes, alignment);
  std::byte* result = next_ + padding;
  next_ = result + bytes;
  return result;
}

// A block of its own for what is large, so that the rest of the present block stays in use.
void* Heap::grow(std::size_t bytes, std::size_t alignment) {
  const std::size_t standard = std::clamp(size_, kFirstBlock, kLargestBlock);
  const bool large = bytes + alignment > standard / 4;
  const std::size_t block = large ? bytes + alignment : standard;
  if (bytes > limit_ || block > limit_ - std::min(size_, limit_)) throw HeapExhausted(limit_);
  blocks_.reserve(blocks_.size() + 1);
  auto* memory = static_cast<std::byte*>(::operator new(block));
  blocks_.push_back(memory);
  size_ += block;
  const std::size_t padding = (alignment - reinterpret_cast<std::uintptr_t>(memory) % alignment) % alignment;
  if (!large) {
    next_ = memory + padding + bytes;
    end_ = memory + block;
  }
  return memory + padding;
}

}  // namespace kyma::gotemplate
