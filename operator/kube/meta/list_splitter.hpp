// Splits a list answer into its items as the bytes arrive: a body of 70 MB is never held whole.
//
// Sans-I/O. feed() any pieces; each item's text is handed over complete, once. Works for every order of members
// ("metadata" before or after "items"). Guarantee: memory is bounded by the largest item plus one piece.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "operator/kube/meta/error.hpp"

namespace kyma::kube {

class ListSplitter {
 public:
  // The text is valid during the call.
  using OnItem = std::function<void(std::string_view item)>;

  explicit ListSplitter(OnItem on_item, std::size_t max_item_bytes = 16 * 1024 * 1024);

  // Error: decode (not a list, or an item over the limit).
  Outcome<void> feed(std::string_view piece);
  // At the end of the body. Error: decode when the list is incomplete.
  Outcome<void> finish();

  // Complete after finish().
  const std::string& resource_version() const noexcept { return resource_version_; }
  const std::string& continue_token() const noexcept { return continue_token_; }
  std::size_t items() const noexcept { return items_; }

 private:
  // Where the next byte stands. Members are those of the list object itself.
  enum class Where {
    before,     // the opening brace
    members,    // a member's name, a comma or the closing brace
    key,        // inside a member's name
    after_key,  // the colon
    value,      // the first byte of a member's value
    in_value,   // inside it
    items,      // between items
    in_item,
    after,   // behind the closing brace: white space only
    broken,  // after an error
  };
  enum class Member { other, items, metadata };

  Outcome<void> step(const char*& at, const char* end);
  Outcome<void> step_members(char c);
  Outcome<void> step_value(const char*& at);
  Outcome<void> step_items(const char*& at);
  Outcome<void> collect(const char*& at, const char* end);
  const char* scan(const char* at, const char* end, bool& complete) noexcept;
  Outcome<void> end_key();
  Outcome<void> end_value(std::string_view text);
  Outcome<void> decode_metadata(std::string_view text);
  void begin_collecting(Where where) noexcept;

  OnItem on_item_;
  std::size_t max_item_bytes_;
  Where where_ = Where::before;
  Member member_ = Member::other;
  bool after_comma_ = false;  // a comma was the last thing read between members or items
  bool after_value_ = false;  // a member or an item was
  bool has_items_ = false;
  std::string text_;      // of the key, item or value that is incomplete so far; nothing is kept of other members
  std::size_t size_ = 0;  // of that item or value
  int depth_ = 0;         // of brackets within it
  bool in_string_ = false;
  bool escaped_ = false;
  std::uint64_t offset_ = 0;  // bytes fed so far, for messages
  std::size_t items_ = 0;
  std::string resource_version_;
  std::string continue_token_;
};

}  // namespace kyma::kube
