// Owns everything that one rendering makes: strings, lists, maps, objects.
//
// Values point into a heap and own nothing, so they copy like numbers; templates may build cycles (`set $ "self" $`)
// without leaking; and a rendering that asks for too much memory fails with HeapExhausted instead of taking the process
// with it. Memory comes in blocks and is given back all at once, when the heap dies.
//
// Thread: one at a time. Lifetime: must outlive every Value that points into it.
#pragma once

#include <cstddef>
#include <memory_resource>
#include <new>
#include <stdexcept>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace kyma::gotemplate {

// A rendering used up what it may take: memory, time, output or stack. Unwinds to whoever started the rendering: no
// level on the way reports it as its own error, and no function may swallow it.
class LimitExceeded : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Of memory.
class HeapExhausted : public LimitExceeded {
 public:
  explicit HeapExhausted(std::size_t limit);
};

class Heap final : public std::pmr::memory_resource {
 public:
  static constexpr std::size_t kDefaultLimit = std::size_t{1} << 30;

  explicit Heap(std::size_t limit = kDefaultLimit) noexcept : limit_(limit) {}
  Heap(const Heap&) = delete;
  Heap& operator=(const Heap&) = delete;
  ~Heap() override;

  // The text as the heap's own.
  std::string_view copy(std::string_view text);
  // An object that lives as long as the heap; its destructor runs then, unless it needs none.
  template <class T, class... Args>
  T* make(Args&&... args);
  // Bytes taken from the system so far.
  std::size_t size() const noexcept { return size_; }
  std::size_t limit() const noexcept { return limit_; }

 private:
  struct Cleanup {
    void (*destroy)(void*);
    void* object;
  };

  void* do_allocate(std::size_t bytes, std::size_t alignment) override;
  void do_deallocate(void*, std::size_t, std::size_t) override {}
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }
  void* grow(std::size_t bytes, std::size_t alignment);

  std::size_t limit_;
  std::size_t size_ = 0;
  std::byte* next_ = nullptr;  // the free rest of the youngest block
  std::byte* end_ = nullptr;
  std::vector<std::byte*> blocks_;
  std::vector<Cleanup> cleanups_;
};

// Containers whose memory is the heap's alone need no destructor; they say so with `using InHeap = void;`.
template <class T>
concept InHeap = requires { typename T::InHeap; };

template <class T, class... Args>
T* Heap::make(Args&&... args) {
  T* object = new (allocate(sizeof(T), alignof(T))) T(std::forward<Args>(args)...);
  if constexpr (!std::is_trivially_destructible_v<T> && !InHeap<T>) {
    cleanups_.push_back({[](void* p) { static_cast<T*>(p)->~T(); }, object});
  }
  return object;
}

}  // namespace kyma::gotemplate
