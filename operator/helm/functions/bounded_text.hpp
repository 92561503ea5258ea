// A text that is built piece by piece and may not outgrow the rendering's heap, whatever a template asks for.
#pragma once

#include <string>
#include <string_view>

#include "operator/helm/gotemplate/function.hpp"
#include "operator/helm/gotemplate/unicode.hpp"

namespace kyma::helm {

class BoundedText {
 public:
  explicit BoundedText(gotemplate::Heap& heap) : heap_(heap) {}

  // Throws HeapExhausted.
  void append(std::string_view text) {
    if (text.size() > heap_.limit() - text_.size()) throw gotemplate::HeapExhausted(heap_.limit());
    text_ += text;
  }
  void append(char32_t rune) {
    gotemplate::append_rune(text_, rune);
    append(std::string_view());
  }
  void reserve(std::size_t size) { text_.reserve(size < heap_.limit() ? size : heap_.limit()); }
  std::size_t limit() const noexcept { return heap_.limit(); }
  bool empty() const noexcept { return text_.empty(); }
  std::string_view view() const noexcept { return text_; }
  gotemplate::Value value() const { return gotemplate::make_string(heap_, text_); }

 private:
  gotemplate::Heap& heap_;
  std::string text_;
};

}  // namespace kyma::helm
