#include "operator/helm/functions/go_regexp.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <mutex>
#include <unordered_map>

#include "operator/helm/functions/regexp_syntax.hpp"

namespace kyma::helm {
namespace {

// RE2 keeps at most this for a pattern and its automata. Few patterns need the second.
constexpr std::int64_t kMemory = 8 << 20;
constexpr std::int64_t kLargeMemory = 128 << 20;
constexpr std::size_t kCached = 64;

std::unique_ptr<re2::RE2> compile_re2(const std::string& pattern, std::int64_t memory) {
  re2::RE2::Options options(re2::RE2::Quiet);
  options.set_max_mem(memory);
  return std::make_unique<re2::RE2>(pattern, options);
}

}  // namespace

struct GoRegexp::Group {
  bool matched = false;
  Range range;
};

// A text as RE2 wants it: UTF-8 throughout. Positions are given and taken in the original text.
class GoRegexp::Subject {
 public:
  explicit Subject(std::string_view text) : text_(text.empty() ? std::string_view("") : text) {
    if (gotemplate::is_valid_utf8(text)) return;
    is_mended_ = true;
    mended_.reserve(text.size() + 16);
    for (std::size_t i = 0; i < text.size();) {
      gotemplate::append_rune(mended_, gotemplate::next_rune(text, i));
      ends_.push_back({mended_.size(), i});
    }
  }

  re2::StringPiece piece() const {
    return is_mended_ ? re2::StringPiece(mended_) : re2::StringPiece(text_.data(), text_.size());
  }
  std::size_t size() const noexcept { return text_.size(); }
  // The end of the rune at `position`; 0 wide at the end.
  std::size_t next(std::size_t position) const {
    if (position < text_.size()) gotemplate::next_rune(text_, position);
    return position;
  }
  std::size_t to_mended(std::size_t position) const {
    if (!is_mended_ || position == 0) return position;
    const auto found = std::lower_bound(ends_.begin(), ends_.end(), position,
                                        [](const Boundary& b, std::size_t wanted) { return b.original < wanted; });
    return found == ends_.end() ? mended_.size() : found->mended;
  }
  std::size_t to_original(std::size_t position) const {
    if (!is_mended_ || position == 0) return position;
    const auto found = std::lower_bound(ends_.begin(), ends_.end(), position,
                                        [](const Boundary& b, std::size_t wanted) { return b.mended < wanted; });
    return found == ends_.end() ? text_.size() : found->original;
  }

 private:
  // The end of a rune in both texts.
  struct Boundary {
    std::size_t mended;
    std::size_t original;
  };

  std::string_view text_;
  bool is_mended_ = false;
  std::string mended_;
  std::vector<Boundary> ends_;
};

std::shared_ptr<const GoRegexp> GoRegexp::compile(std::string_view pattern) {
  static std::mutex mutex;
  static std::unordered_map<std::string, std::shared_ptr<const GoRegexp>> cache;
  std::string key(pattern);
  {
    const std::lock_guard lock(mutex);
    if (const auto found = cache.find(key); found != cache.end()) return found->second;
  }
  auto compiled = std::make_shared<const GoRegexp>(pattern);
  if (compiled->large_) return compiled;
  const std::lock_guard lock(mutex);
  if (cache.size() >= kCached) cache.clear();
  return cache.emplace(std::move(key), std::move(compiled)).first->second;
}

GoRegexp::GoRegexp(std::string_view pattern) : pattern_(pattern) {
  TranslatedRegexp translated = translate_regexp(pattern);
  names_ = std::move(translated.names);
  re2_ = compile_re2(translated.pattern, kMemory);
  if (re2_->error_code() == re2::RE2::ErrorPatternTooLarge) {
    re2_ = compile_re2(translated.pattern, kLargeMemory);
    large_ = true;
  }
  if (!re2_->ok()) {
    throw gotemplate::FunctionError("error parsing regexp: expression too large: `" + pattern_ + "`");
  }
}

GoRegexp::~GoRegexp() = default;

// Fills as many groups as there are in the vector.
bool GoRegexp::search(const Subject& subject, std::size_t from, std::vector<Group>& groups) const {
  const re2::StringPiece text = subject.piece();
  std::vector<re2::StringPiece> found(groups.size());
  if (!re2_->Match(text, subject.to_mended(from), text.size(), re2::RE2::UNANCHORED, found.data(),
                   static_cast<int>(found.size()))) {
    return false;
  }
  for (std::size_t i = 0; i < groups.size(); ++i) {
    groups[i].matched = found[i].data() != nullptr;
    if (!groups[i].matched) continue;
    const auto begin = static_cast<std::size_t>(found[i].data() - text.data());
    groups[i].range = {subject.to_original(begin), subject.to_original(begin + found[i].size())};
  }
  return true;
}

bool GoRegexp::matches(std::string_view text) const {
  std::vector<Group> none;
  return search(Subject(text), 0, none);
}

std::optional<GoRegexp::Range> GoRegexp::find(std::string_view text) const {
  std::vector<Group> groups(1);
  if (!search(Subject(text), 0, groups)) return std::nullopt;
  return groups[0].range;
}

void GoRegexp::find_all(std::string_view text, std::int64_t limit, const std::function<void(Range)>& take) const {
  const Subject subject(text);
  std::vector<Group> groups(1);
  std::size_t position = 0;
  std::optional<std::size_t> previous_end;
  for (std::int64_t count = 0; limit < 0 || count < limit;) {
    if (position > text.size() || !search(subject, position, groups)) return;
    const Range match = groups[0].range;
    bool accepted = true;
    if (match.end == position) {
      // Empty matches do not count directly after another match.
      accepted = match.begin != previous_end;
      const std::size_t next = subject.next(position);
      position = next > position ? next : text.size() + 1;
    } else {
      position = match.end;
    }
    previous_end = match.end;
    if (!accepted) continue;
    take(match);
    ++count;
  }
}

void GoRegexp::replace_all(std::string_view text, std::string_view replacement, bool literal, BoundedText& out) const {
  const Subject subject(text);
  const bool expands = !literal && replacement.find('$') != std::string_view::npos;
  std::vector<Group> groups(expands ? names_.size() : 1);
  std::size_t last_end = 0;
  std::size_t position = 0;
  while (position <= text.size() && search(subject, position, groups)) {
    const Range match = groups[0].range;
    out.append(text.substr(last_end, match.begin - last_end));
    // Not for an empty match directly after another one.
    if (match.end > last_end || match.begin == 0) {
      if (expands) {
        expand(replacement, text, groups, out);
      } else {
        out.append(replacement);
      }
    }
    last_end = match.end;
    const std::size_t next = subject.next(position);
    if (next > match.end) {
      position = next;
    } else if (position + 1 > match.end) {
      ++position;
    } else {
      position = match.end;
    }
  }
  out.append(text.substr(last_end));
}

// The group that a template's name means; -1: none, or one that did not match.
int GoRegexp::group_number(std::string_view name, const std::vector<Group>& groups) const {
  std::size_t number = 0;
  bool numeric = name[0] != '0' || name.size() == 1;
  for (const char c : name) {
    numeric = numeric && c >= '0' && c <= '9' && number < 100'000'000;
    if (numeric) number = number * 10 + static_cast<std::size_t>(c - '0');
  }
  if (numeric) return number < groups.size() && groups[number].matched ? static_cast<int>(number) : -1;
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if (names_[i] == name && groups[i].matched) return static_cast<int>(i);
  }
  return -1;
}

void GoRegexp::expand(std::string_view replacement, std::string_view text, const std::vector<Group>& groups,
                      BoundedText& out) const {
  while (!replacement.empty()) {
    const std::size_t dollar = replacement.find('$');
    out.append(replacement.substr(0, dollar));
    if (dollar == std::string_view::npos) return;
    replacement.remove_prefix(dollar + 1);
    if (replacement.starts_with('$')) {
      out.append("$");
      replacement.remove_prefix(1);
      continue;
    }
    const std::size_t start = replacement.starts_with('{') ? 1 : 0;
    std::size_t end = start;
    while (end < replacement.size()) {
      std::size_t next = end;
      const char32_t rune = gotemplate::next_rune(replacement, next);
      if (!gotemplate::is_letter(rune) && !gotemplate::is_digit(rune) && rune != '_') break;
      end = next;
    }
    const bool closed = start == 0 || replacement.substr(end).starts_with('}');
    if (end == start || !closed) {
      out.append("$");  // no name: a dollar sign is meant
      continue;
    }
    const int number = group_number(replacement.substr(start, end - start), groups);
    if (number >= 0) {
      const Range range = groups[static_cast<std::size_t>(number)].range;
      out.append(text.substr(range.begin, range.end - range.begin));
    }
    replacement.remove_prefix(end + start);
  }
}

void GoRegexp::split(std::string_view text, std::int64_t limit,
                     const std::function<void(std::string_view)>& take) const {
  if (limit == 0) return;
  if (!pattern_.empty() && text.empty()) {
    take(text);
    return;
  }
  std::size_t begin = 0;
  std::size_t end = 0;
  std::int64_t parts = 0;
  find_all(text, limit, [&](Range match) {
    if (limit > 0 && parts == limit - 1) return;
    end = match.begin;
    if (match.end != 0) {
      take(text.substr(begin, end - begin));
      ++parts;
    }
    begin = match.end;
  });
  if (end != text.size()) take(text.substr(begin));
}

}  // namespace kyma::helm
