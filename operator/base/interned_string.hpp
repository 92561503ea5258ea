// An immutable string that is stored once however many objects hold it: 8 bytes a copy, compared by address.
//
// Made for what repeats in a store of thousands of objects: names, namespaces, label keys, component names. A pool
// entry goes when its last holder goes. Thread-safe: handles may be made, copied and dropped on any thread.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace kyma {

class InternedString {
 public:
  InternedString() noexcept = default;  // the empty string, which takes no pool entry
  InternedString(std::string_view text);
  InternedString(const std::string& text) : InternedString(std::string_view(text)) {}
  InternedString(const char* text) : InternedString(std::string_view(text)) {}
  InternedString(const InternedString& other) noexcept;
  InternedString(InternedString&& other) noexcept : entry_(other.entry_) { other.entry_ = nullptr; }
  InternedString& operator=(InternedString other) noexcept {
    std::swap(entry_, other.entry_);
    return *this;
  }
  ~InternedString();

  std::string_view view() const noexcept;
  operator std::string_view() const noexcept { return view(); }
  std::string str() const { return std::string(view()); }
  bool empty() const noexcept { return entry_ == nullptr; }
  std::size_t size() const noexcept { return view().size(); }
  // Equal strings have equal hashes; computed without touching the text.
  std::size_t hash() const noexcept { return std::hash<const void*>()(entry_); }

  friend bool operator==(const InternedString& a, const InternedString& b) noexcept { return a.entry_ == b.entry_; }
  friend bool operator==(const InternedString& a, std::string_view b) noexcept { return a.view() == b; }
  friend bool operator==(const InternedString& a, const char* b) noexcept { return a.view() == b; }
  friend bool operator<(const InternedString& a, const InternedString& b) noexcept { return a.view() < b.view(); }

  // For unions that hold one or something else: gives the handle up as a pointer, and takes it back. Whoever has the
  // pointer has the share in the text.
  const void* release() noexcept;
  static InternedString adopt(const void* entry) noexcept;

  struct Entry;

 private:
  const Entry* entry_ = nullptr;
};

}  // namespace kyma

template <>
struct std::hash<kyma::InternedString> {
  std::size_t operator()(const kyma::InternedString& string) const noexcept { return string.hash(); }
};
