#include "operator/helm/functions/regexp_syntax.hpp"

#include <algorithm>
#include <optional>

#include "operator/helm/functions/regexp_scanner.hpp"

namespace kyma::helm {
namespace {

constexpr int kMaxRepeat = 1000;
constexpr int kMaxHeight = 1000;  // of the expression as a tree

struct Repeat {
  int min = 0;
  int max = 0;  // -1: any number
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

class Translator : private RegexpScanner {
 public:
  explicit Translator(std::string_view pattern) : RegexpScanner(pattern), whole_(pattern) {}

  TranslatedRegexp translate() {
    names_.emplace_back();
    std::string_view last_repeat;
    while (!rest_.empty()) {
      const std::string_view before = rest_;
      const bool repeats = step(last_repeat);
      last_repeat = repeats ? before : std::string_view();
    }
    if (levels_.size() > 1) fail_regexp("missing closing )", whole_);
    return {std::move(pattern_), std::move(names_)};
  }

 private:
  // An open group, or the whole expression. A weight is how often nested counted repetitions multiply what they repeat;
  // heights are those of the tree that Go builds.
  struct Level {
    bool is_capture = false;
    bool has_operand = false;  // something to repeat stands before
    bool is_literal = false;   // and it is one character, which joins its neighbours
    int weight = 1;            // of that
    int max_weight = 1;        // of all in the group
    int height = 0;            // of what stands before
    int items = 0;             // of the alternative
    int item_height = 1;       // the largest of them
    int alternatives = 1;
    int alternative_height = 1;

    void end_alternative() {
      alternative_height = std::max(alternative_height, item_height + (items > 1 ? 1 : 0));
      items = 0;
      item_height = 1;
      has_operand = is_literal = false;
    }
  };

  // Takes one element; whether it is a repetition.
  bool step(std::string_view last_repeat) {
    switch (rest_[0]) {
      case '(': open_group(); return false;
      case ')': close_group(); return false;
      case '|':
        levels_.back().end_alternative();
        ++levels_.back().alternatives;
        take_verbatim(1);
        return false;
      case '^':
      case '$':
      case '.':
        take_verbatim(1);
        operand();
        return false;
      case '[':
        character_class();
        operand();
        return false;
      case '*':
      case '+':
      case '?': {
        const std::string_view before = rest_;
        rest_.remove_prefix(1);
        repetition(before, last_repeat, nullptr);
        return true;
      }
      case '{': return counted_repetition(last_repeat);
      case '\\': escape(); return false;
      default: literal(take_rune()); return false;
    }
  }

  // Something that can be repeated.
  void operand(int weight = 1, int height = 1) {
    Level& level = levels_.back();
    level.has_operand = true;
    level.is_literal = false;
    ++level.items;
    repeatable(weight, height);
  }

  void repeatable(int weight, int height) {
    if (height > kMaxHeight) fail_regexp("expression nests too deeply", whole_);
    Level& level = levels_.back();
    level.weight = weight;
    level.max_weight = std::max(level.max_weight, weight);
    level.height = height;
    level.item_height = std::max(level.item_height, height);
  }

  void literal(char32_t rune) {
    emit(rune);
    const bool joins = levels_.back().is_literal;
    operand();
    if (joins) --levels_.back().items;
    levels_.back().is_literal = true;
  }

  void push_level(std::string_view opening, bool is_capture) {
    levels_.emplace_back().is_capture = is_capture;
    pattern_ += opening;
  }

  void open_group() {
    if (rest_.starts_with("(?")) {
      special_group();
      return;
    }
    names_.emplace_back();
    push_level("(", true);
    rest_.remove_prefix(1);
  }

  void close_group() {
    if (levels_.size() == 1) fail_regexp("unexpected )", whole_);
    Level group = levels_.back();
    group.end_alternative();
    levels_.pop_back();
    take_verbatim(1);
    operand(group.max_weight, group.alternative_height + (group.alternatives > 1 ? 1 : 0) + (group.is_capture ? 1 : 0));
  }

  // (?P<name>...), (?<name>...), (?flags) and (?flags:...).
  void special_group() {
    const std::string_view start = rest_;
    const bool with_p = start.size() > 4 && start.substr(2, 2) == "P<";
    if (with_p || (start.size() > 3 && start[2] == '<')) {
      named_group(with_p ? 4 : 3);
      return;
    }
    rest_.remove_prefix(2);
    bool negated = false;
    bool flag_seen = false;
    while (!rest_.empty()) {
      const char32_t rune = take_rune();
      if (rune == 'i' || rune == 'm' || rune == 's' || rune == 'U') {
        flag_seen = true;
      } else if (rune == '-' && !negated) {
        negated = true;
        flag_seen = false;
      } else if ((rune == ':' || rune == ')') && (!negated || flag_seen)) {
        if (rune == ':') {
          push_level(taken(start, rest_), false);
        } else {
          pattern_ += taken(start, rest_);
        }
        return;
      } else {
        break;
      }
    }
    fail_regexp("invalid or unsupported Perl syntax", taken(start, rest_));
  }

  void named_group(std::size_t prefix) {
    const std::size_t end = rest_.find('>');
    if (end == std::string_view::npos) {
      check_utf8(rest_);
      fail_regexp("invalid named capture", rest_);
    }
    const std::string_view name = rest_.substr(prefix, end - prefix);
    check_utf8(name);
    const bool valid =
        !name.empty() && std::all_of(name.begin(), name.end(), [](char c) { return is_word_character(c); });
    if (!valid) fail_regexp("invalid named capture", rest_.substr(0, end + 1));
    names_.emplace_back(name);
    push_level("(", true);
    rest_.remove_prefix(end + 1);
  }

  // `before` starts at the operator, which has been taken.
  void repetition(std::string_view before, std::string_view last_repeat, const Repeat* count) {
    if (rest_.starts_with('?')) rest_.remove_prefix(1);
    if (!last_repeat.empty()) fail_regexp("invalid nested repetition operator", taken(last_repeat, rest_));
    const std::string_view operation = taken(before, rest_);
    Level& level = levels_.back();
    if (!level.has_operand) fail_regexp("missing argument to repetition operator", operation);
    int weight = level.weight;
    if (count) {
      const int times = std::max(count->max < 0 ? count->min : count->max, 1);
      weight = count->max == 0 ? 1 : std::min(level.weight * times, kMaxRepeat + 1);
      if ((count->min >= 2 || count->max >= 2) && weight > kMaxRepeat) fail_regexp("invalid repeat count", operation);
    }
    level.is_literal = false;
    repeatable(weight, level.height + 1);
    pattern_ += operation;
  }

  bool counted_repetition(std::string_view last_repeat) {
    const std::string_view before = rest_;
    std::string_view after = rest_;
    const auto count = parse_count(after);
    if (!count) {
      rest_.remove_prefix(1);
      literal('{');
      return false;
    }
    rest_ = after;
    if (count->min < 0 || count->min > kMaxRepeat || count->max > kMaxRepeat ||
        (count->max >= 0 && count->min > count->max)) {
      fail_regexp("invalid repeat count", taken(before, rest_));
    }
    repetition(before, last_repeat, &*count);
    return true;
  }

  // {2}, {2,}, {2,3}; nothing for what is a brace only. A number that is too large makes min -1.
  static std::optional<Repeat> parse_count(std::string_view& text) {
    text.remove_prefix(1);
    Repeat count;
    const auto min = parse_number(text);
    if (!min || text.empty()) return std::nullopt;
    count.min = count.max = *min;
    if (text[0] == ',') {
      text.remove_prefix(1);
      if (text.starts_with('}')) {
        count.max = -1;
      } else {
        const auto max = parse_number(text);
        if (!max) return std::nullopt;
        count.max = *max;
        if (*max < 0) count.min = -1;
      }
    }
    if (!text.starts_with('}')) return std::nullopt;
    text.remove_prefix(1);
    return count;
  }

  static std::optional<int> parse_number(std::string_view& text) {
    if (text.empty() || !is_digit(text[0])) return std::nullopt;
    if (text.size() >= 2 && text[0] == '0' && is_digit(text[1])) return std::nullopt;
    int value = 0;
    for (; !text.empty() && is_digit(text[0]); text.remove_prefix(1)) {
      if (value >= 0) value = value >= 100'000'000 ? -1 : value * 10 + (text[0] - '0');
    }
    return value;
  }

  void escape() {
    if (rest_.size() >= 2) {
      switch (rest_[1]) {
        case 'A':
        case 'b':
        case 'B':
        case 'z':
          take_verbatim(2);
          operand();
          return;
        case 'C': fail_regexp("invalid escape sequence", rest_.substr(0, 2));
        case 'Q': quotation(); return;
        default: break;
      }
    }
    if (unicode_class() || perl_class()) {
      operand();
      return;
    }
    literal(escaped_rune());
  }

  // \Q...\E, or to the end.
  void quotation() {
    rest_.remove_prefix(2);
    const std::size_t end = rest_.find("\\E");
    std::string_view text = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 2);
    if (text.empty()) pattern_ += "\\Q\\E";  // keeps a repetition before it apart from one after it
    while (!text.empty()) literal(take_rune(text));
  }

  std::string_view whole_;
  std::vector<std::string> names_;
  std::vector<Level> levels_ = std::vector<Level>(1);
};

}  // namespace

TranslatedRegexp translate_regexp(std::string_view pattern) { return Translator(pattern).translate(); }

}  // namespace kyma::helm
