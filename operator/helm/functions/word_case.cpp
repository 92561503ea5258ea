#include "operator/helm/functions/word_case.hpp"

#include "operator/helm/functions/letter_case.hpp"
#include "operator/helm/gotemplate/unicode.hpp"

namespace kyma::helm {
namespace {

using gotemplate::append_rune;
using gotemplate::is_letter;
using gotemplate::kRuneError;

bool is_connector(char32_t rune) { return rune == '-' || rune == '_' || gotemplate::is_space(rune); }

// A letter that is no Chinese character.
bool is_alphabet(char32_t rune) {
  if (rune >= 0x3400) {
    if ((rune >= 0x4E00 && rune <= 0x9FCC) || (rune >= 0x3400 && rune <= 0x4D85) ||
        (rune >= 0x20000 && rune <= 0x2B81D)) {
      return false;
    }
  }
  return is_letter(rune);
}

enum class WordKind { none, number, capital, letters, connector, punctuation, other };

struct Word {
  WordKind kind = WordKind::none;
  std::string_view text;
};

// Cuts a text into words: runs of one kind, except that the last of several capitals begins the next word if letters
// follow ("HTTPStatus" is HTTP and Status), and that one capital takes the letters after it along.
class Words {
 public:
  explicit Words(std::string_view text) : rest_(text) {}

  bool done() const noexcept { return rest_.empty(); }
  Word next() {
    if (rest_.empty()) return {};
    position_ = 0;
    rune_ = kRuneError;
    peek();
    position_ += size_;
    const WordKind kind = rune_ == kRuneError ? WordKind::none : classify();
    const Word word{kind, rest_.substr(0, position_)};
    rest_.remove_prefix(position_);
    return word;
  }

 private:
  // Looks at the next rune, past what is not UTF-8; at the end it stays the one before.
  void peek() {
    size_ = 0;
    for (std::size_t i = position_; i < rest_.size();) {
      const char32_t rune = gotemplate::next_rune(rest_, i);
      size_ = i - position_;
      if (rune != kRuneError) {
        rune_ = rune;
        return;
      }
    }
  }

  template <class Accept>
  void take_while(Accept accept) {
    while (position_ < rest_.size()) {
      peek();
      if (!accept(rune_)) return;
      position_ += size_;
    }
  }

  WordKind classify() {
    if (is_connector(rune_)) {
      take_while(is_connector);
      return WordKind::connector;
    }
    if (is_punctuation(rune_)) {
      take_while(is_punctuation);
      return WordKind::punctuation;
    }
    if (is_upper(rune_)) {
      take_capital();
      return WordKind::capital;
    }
    if (is_alphabet(rune_)) {
      take_while(is_small);
      return WordKind::letters;
    }
    if (is_number(rune_)) {
      take_while(is_number);
      return WordKind::number;
    }
    take_while([](char32_t rune) {
      return !is_connector(rune) && !is_alphabet(rune) && !is_number(rune) && !is_punctuation(rune);
    });
    return WordKind::other;
  }

  static bool is_small(char32_t rune) { return is_alphabet(rune) && !is_upper(rune); }

  void take_capital() {
    if (position_ == rest_.size()) return;
    peek();
    if (!is_upper(rune_)) {
      if (!is_alphabet(rune_)) return;
      position_ += size_;
      take_while(is_small);
      return;
    }
    std::size_t last = 0;
    while (position_ < rest_.size()) {
      peek();
      if (!is_upper(rune_)) break;
      last = size_;
      position_ += size_;
    }
    if (position_ < rest_.size() && is_alphabet(rune_)) position_ -= last;
  }

  std::string_view rest_;
  std::size_t position_ = 0;  // in rest_: the end of the word so far
  char32_t rune_ = kRuneError;
  std::size_t size_ = 0;
};

class Joiner {
 public:
  Joiner(std::string_view text, char connector) : words_(text), connector_(connector) { out_.reserve(text.size() + 8); }

  std::string join() {
    word_ = words_.next();
    while (!words_.done()) {
      const Word last = word_;
      if (last.kind != WordKind::connector) write(last);
      word_ = words_.next();
      switch (last.kind) {
        case WordKind::number: after_number(); break;
        case WordKind::connector: write(last); break;
        case WordKind::punctuation: break;
        default: after_letters();
      }
    }
    write(word_);
    return std::move(out_);
  }

 private:
  bool is_attached() const { return word_.kind == WordKind::connector || word_.kind == WordKind::punctuation; }

  void connect() {
    if (!is_attached()) out_ += connector_;
  }

  // Small letters belong to the number before them: "20x".
  void after_number() {
    while (word_.kind == WordKind::letters || word_.kind == WordKind::number) {
      write(word_);
      word_ = words_.next();
    }
    if (word_.kind != WordKind::none) connect();
  }

  // A number belongs to the word before it ("bld4"), unless small letters follow ("http_2xx").
  void after_letters() {
    if (word_.kind != WordKind::number) {
      connect();
      return;
    }
    if (words_.done()) return;
    const Word number = word_;
    word_ = words_.next();
    if (word_.kind != WordKind::letters) {
      write(number);
      connect();
      return;
    }
    out_ += connector_;
    write(number);
    after_number();
  }

  void write(const Word& word) {
    if (word.kind != WordKind::capital && word.kind != WordKind::connector) {
      out_ += word.text;
      return;
    }
    for (std::size_t i = 0; i < word.text.size();) {
      const char32_t rune = gotemplate::next_rune(word.text, i);
      if (is_connector(rune)) {
        out_ += connector_;
      } else {
        append_rune(out_, is_upper(rune) ? to_lower(rune) : rune);
      }
    }
  }

  Words words_;
  char connector_;
  Word word_;
  std::string out_;
};

}  // namespace

std::string join_words(std::string_view text, char connector) { return Joiner(text, connector).join(); }

std::string pascal_case(std::string_view text) {
  std::string out;
  std::size_t i = 0;
  char32_t rune = 0;
  bool in_capitals = false;
  while (i < text.size()) {
    rune = gotemplate::next_rune(text, i);
    if (!is_connector(rune)) {
      in_capitals = is_upper(rune);
      rune = to_upper(rune);
      break;
    }
    append_rune(out, rune);
  }
  if (text.empty()) return out;
  // What is written is always one rune behind.
  while (i < text.size()) {
    const char32_t previous = rune;
    rune = gotemplate::next_rune(text, i);
    if (is_connector(previous)) {
      if (is_connector(rune)) {
        append_rune(out, previous);
      } else {
        in_capitals = is_upper(rune);
        rune = to_upper(rune);
      }
      continue;
    }
    if (in_capitals) {
      in_capitals = is_upper(rune);
      if (in_capitals) rune = to_lower(rune);
    }
    append_rune(out, previous);
  }
  append_rune(out, rune);
  return out;
}

}  // namespace kyma::helm
