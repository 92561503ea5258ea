#include "operator/helm/formats/glob.hpp"

#include <string>

#include "operator/helm/gotemplate/unicode.hpp"

namespace kyma::helm {

namespace {

constexpr char32_t kSeparator = U'/';

}  // namespace

// Reads a pattern as gobwas/glob's lexer does, with its leniencies: a brace that is not closed, a comma or a closing
// brace outside of braces, a backslash at the end.
class GlobCompiler {
 public:
  GlobCompiler(Glob& glob, std::string_view pattern) : glob_(glob) {
    for (std::size_t at = 0; at < pattern.size();) runes_.push_back(gotemplate::next_rune(pattern, at));
  }

  void compile() {
    while (at_ < runes_.size()) {
      const char32_t rune = runes_[at_++];
      switch (rune) {
        case U'*': compile_star(); break;
        case U'?': emit({.op = Glob::Op::not_separator}); break;
        case U'[': compile_class(); break;
        case U'{': open_group(); break;
        case U'\\':
          if (at_ < runes_.size()) emit({.op = Glob::Op::rune, .rune = runes_[at_++]});
          break;
        default:
          if (rune == U',' && !groups_.empty()) {
            next_alternative();
          } else if (rune == U'}' && !groups_.empty()) {
            close_group();
          } else {
            emit({.op = Glob::Op::rune, .rune = rune});
          }
      }
    }
    while (!groups_.empty()) close_group();
  }

 private:
  struct Group {
    std::uint32_t split;               // before the present alternative
    std::vector<std::uint32_t> jumps;  // at the ends of the earlier ones
  };

  [[noreturn]] static void fail(const char* message) { throw FormatError(message); }

  std::uint32_t here() const { return static_cast<std::uint32_t>(glob_.steps_.size()); }
  std::uint32_t emit(Glob::Step step) {
    glob_.steps_.push_back(step);
    return here() - 1;
  }

  void compile_star() {
    const bool crosses = at_ < runes_.size() && runes_[at_] == U'*';
    if (crosses) ++at_;
    const std::uint32_t split = emit({.op = Glob::Op::split});
    emit({.op = crosses ? Glob::Op::any : Glob::Op::not_separator});
    emit({.op = Glob::Op::jump, .target = split});
    glob_.steps_[split].target = here();
  }

  // [a-z] is a range, anything else a set of characters; `!` in front negates.
  void compile_class() {
    const bool negated = at_ < runes_.size() && runes_[at_] == U'!';
    if (negated) ++at_;
    Glob::Class members;
    if (at_ + 1 < runes_.size() && runes_[at_ + 1] == U'-') {
      if (at_ + 3 >= runes_.size()) fail("unexpected end of input");
      if (runes_[at_ + 3] != U']') fail("expected close range character");
      if (runes_[at_ + 2] < runes_[at_]) fail("hi character should be greater than lo");
      members.emplace_back(runes_[at_], runes_[at_ + 2]);
      at_ += 4;
    } else {
      bool escaped = false;
      while (true) {
        if (at_ >= runes_.size()) fail("unexpected end of input");
        const char32_t rune = runes_[at_++];
        if (!escaped && rune == U']') break;
        escaped = !escaped && rune == U'\\';
        if (!escaped) members.emplace_back(rune, rune);
      }
      if (members.empty()) fail("could not parse range");
    }
    emit({.op = negated ? Glob::Op::none_of : Glob::Op::one_of,
          .target = static_cast<std::uint32_t>(glob_.classes_.size())});
    glob_.classes_.push_back(std::move(members));
  }

  void open_group() { groups_.push_back({emit({.op = Glob::Op::split}), {}}); }

  void next_alternative() {
    Group& group = groups_.back();
    group.jumps.push_back(emit({.op = Glob::Op::jump}));
    glob_.steps_[group.split].target = here();
    group.split = emit({.op = Glob::Op::split});
  }

  void close_group() {
    const Group& group = groups_.back();
    glob_.steps_[group.split].target = group.split + 1;  // no further alternative
    for (const std::uint32_t jump : group.jumps) glob_.steps_[jump].target = here();
    groups_.pop_back();
  }

  Glob& glob_;
  std::u32string runes_;
  std::size_t at_ = 0;
  std::vector<Group> groups_;
};

Glob::Glob(std::string_view pattern) { GlobCompiler(*this, pattern).compile(); }

bool Glob::accepts(const Step& step, char32_t rune) const {
  const auto is_member = [&] {
    for (const auto& [low, high] : classes_[step.target]) {
      if (rune >= low && rune <= high) return true;
    }
    return false;
  };
  switch (step.op) {
    case Op::rune: return rune == step.rune;
    case Op::not_separator: return rune != kSeparator;
    case Op::any: return true;
    case Op::one_of: return is_member();
    case Op::none_of: return !is_member();
    default: return false;
  }
}

// Adds the state and all that it leads to without reading.
void Glob::enter(std::uint32_t state, std::vector<std::uint32_t>& states, std::vector<bool>& seen) const {
  std::vector<std::uint32_t> pending{state};
  while (!pending.empty()) {
    const std::uint32_t next = pending.back();
    pending.pop_back();
    if (seen[next]) continue;
    seen[next] = true;
    if (next < steps_.size() && steps_[next].op == Op::jump) {
      pending.push_back(steps_[next].target);
    } else if (next < steps_.size() && steps_[next].op == Op::split) {
      pending.push_back(steps_[next].target);
      pending.push_back(next + 1);
    } else {
      states.push_back(next);
    }
  }
}

bool Glob::matches(std::string_view path) const {
  const auto end = static_cast<std::uint32_t>(steps_.size());
  std::vector<std::uint32_t> states;
  std::vector<std::uint32_t> next_states;
  std::vector<bool> seen(steps_.size() + 1);
  enter(0, states, seen);
  for (std::size_t at = 0; at < path.size() && !states.empty();) {
    const char32_t rune = gotemplate::next_rune(path, at);
    next_states.clear();
    seen.assign(seen.size(), false);
    for (const std::uint32_t state : states) {
      if (state != end && accepts(steps_[state], rune)) enter(state + 1, next_states, seen);
    }
    states.swap(next_states);
  }
  for (const std::uint32_t state : states) {
    if (state == end) return true;
  }
  return false;
}

}  // namespace kyma::helm
