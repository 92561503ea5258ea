#include "test/support/linearizability_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <random>
#include <set>
#include <tuple>
#include <utility>

#include "test/support/linearizability_register.hpp"

namespace kyma::test::linearizability {
namespace {

// An operation to be put in order.
struct Item {
  const Operation* operation;
  bool optional;  // it may be left out, and its answer is not looked at
};
using Items = std::vector<Item>;

enum class Verdict { ordered, disordered, undecided };

class Search {
 public:
  Search(const Items& items, Register start, const KeyChanges* all_changes, bool to_the_end, std::size_t most_steps)
      : items_(items),
        rules_(all_changes),
        start_(start),
        all_changes_known_(all_changes != nullptr),
        to_the_end_(to_the_end),
        most_steps_(most_steps) {
    link_events();
    std::mt19937_64 random(items_.size());
    for (std::size_t i = 0; i < items_.size(); ++i) marks_.push_back({random(), random()});
  }

  // Unanswered operations that happened one after another, with nothing between them that was answered, are few as a
  // rule: any number of them is tried last, unless the known changes tell which of them happened.
  Verdict run() {
    if (all_changes_known_) return walk(items_.size(), most_steps_);
    for (const auto most_in_a_row : {std::size_t{1}, std::size_t{3}}) {
      const auto verdict = walk(most_in_a_row, most_steps_ / 4);
      if (verdict == Verdict::ordered || (verdict == Verdict::disordered && !limited_)) return verdict;
    }
    return walk(items_.size(), most_steps_ / 2);
  }

 private:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  struct Frame {
    Register state;
    std::size_t item;                     // whose operation led to it
    std::vector<std::size_t> candidates;  // what may come next, and how much of that has been tried
    std::size_t next;
    Instant horizon;  // what comes next was invoked by then
    std::size_t in_a_row;
    bool with_optional = false;
  };
  // Invocations and returns in a list by time, from which the operations that are in order already are taken out.
  struct Event {
    std::size_t item = kNone;
    bool is_return = false;
    std::size_t previous = 0;
    std::size_t next = 0;
  };
  using Mark = std::array<std::uint64_t, 2>;
  using Tried = std::tuple<std::uint64_t, std::uint64_t, Version, Version, int, Register::Presence, std::size_t>;

  void link_events() {
    std::vector<std::tuple<Instant, bool, std::size_t>> sorted;
    for (std::size_t i = 0; i < items_.size(); ++i) {
      if (items_[i].optional) {
        optional_.push_back(i);
        continue;
      }
      sorted.emplace_back(items_[i].operation->invoked, false, i);
      sorted.emplace_back(items_[i].operation->returned, true, i);
      ++required_;
    }
    std::sort(sorted.begin(), sorted.end());
    events_.resize(sorted.size() + 2);  // with a head and a tail
    invocation_.resize(items_.size());
    return_.resize(items_.size());
    taken_.assign(items_.size(), false);
    for (std::size_t at = 0; at < events_.size(); ++at) {
      auto& event = events_[at];
      event.previous = at == 0 ? 0 : at - 1;
      event.next = at + 1;
      if (at == 0 || at > sorted.size()) continue;
      event.is_return = std::get<1>(sorted[at - 1]);
      event.item = std::get<2>(sorted[at - 1]);
      (event.is_return ? return_ : invocation_)[event.item] = at;
    }
  }

  Verdict walk(std::size_t most_in_a_row, std::size_t most_steps) {
    while (!frames_.empty()) take_back();
    tried_.clear();
    limited_ = false;
    most_in_a_row_ = most_in_a_row;
    push(start_, kNone, 0);
    for (std::size_t step = 0; !frames_.empty(); ++step) {
      if (step == most_steps) return Verdict::undecided;
      auto& frame = frames_.back();
      if (required_ == 0 && (!to_the_end_ || rules_.is_last(frame.state))) return Verdict::ordered;
      if (frame.next < frame.candidates.size())
        take(frame.candidates[frame.next++]);
      else if (!frame.with_optional)
        add_optional(frame);
      else
        take_back();
    }
    return Verdict::disordered;
  }

  // All that was invoked before the first return may come next.
  void push(Register state, std::size_t item, std::size_t in_a_row) {
    Frame frame{state, item, {}, 0, kNever, in_a_row};
    for (auto at = events_[0].next; at + 1 < events_.size(); at = events_[at].next) {
      const auto& event = events_[at];
      if (event.is_return) {
        frame.horizon = items_[event.item].operation->returned;
        break;
      }
      frame.candidates.push_back(event.item);
    }
    narrow(frame);
    frames_.push_back(std::move(frame));
  }

  // What changes nothing may as well come now, and nothing else need be tried. Else what has to return first: of those
  // that can take each other's place, that is the right one.
  void narrow(Frame& frame) {
    for (const auto item : frame.candidates) {
      if (rules_.apply(frame.state, *items_[item].operation, false) != frame.state) continue;
      frame.candidates = {item};
      frame.with_optional = true;
      return;
    }
    std::ranges::sort(frame.candidates, {}, [&](std::size_t item) { return items_[item].operation->returned; });
  }

  void add_optional(Frame& frame) {
    frame.with_optional = true;
    const bool enough = frame.in_a_row == most_in_a_row_;
    std::set<std::optional<Version>> deletions;  // the same as another is, or with the same precondition
    for (const auto item : optional_) {
      const auto& operation = *items_[item].operation;
      if (taken_[item] || operation.invoked > frame.horizon) continue;
      if (operation.kind == Operation::Kind::remove && !deletions.insert(operation.expected).second) continue;
      if (enough)
        limited_ = true;
      else
        frame.candidates.push_back(item);
    }
  }

  void take(std::size_t item) {
    const bool optional = items_[item].optional;
    const auto& before = frames_.back();
    const auto in_a_row = optional ? before.in_a_row + 1 : 0;
    const auto after = rules_.apply(before.state, *items_[item].operation, optional);
    if (!after || (optional && *after == before.state)) return;
    toggle(item);
    const Tried tried(mark_[0], mark_[1], after->version, after->above, after->content, after->presence, in_a_row);
    if (!tried_.insert(tried).second) {
      toggle(item);
      return;
    }
    if (!optional) {
      unlink(invocation_[item]);
      unlink(return_[item]);
      --required_;
    }
    push(*after, item, in_a_row);
  }

  void take_back() {
    const auto item = frames_.back().item;
    frames_.pop_back();
    if (item == kNone) return;
    toggle(item);
    if (items_[item].optional) return;
    relink(return_[item]);
    relink(invocation_[item]);
    ++required_;
  }

  void unlink(std::size_t at) {
    events_[events_[at].previous].next = events_[at].next;
    events_[events_[at].next].previous = events_[at].previous;
  }
  void relink(std::size_t at) {
    events_[events_[at].previous].next = at;
    events_[events_[at].next].previous = at;
  }
  // A set of operations is told by the exclusive or of its members' marks: two sets look alike once in 2^128.
  void toggle(std::size_t item) {
    taken_[item] = !taken_[item];
    for (std::size_t i = 0; i < mark_.size(); ++i) mark_[i] ^= marks_[item][i];
  }

  const Items& items_;
  RegisterRules rules_;
  Register start_;
  bool all_changes_known_;
  bool to_the_end_;
  std::size_t most_steps_;
  std::vector<std::size_t> optional_;
  std::vector<Event> events_;  // of the others
  std::vector<std::size_t> invocation_;
  std::vector<std::size_t> return_;
  std::size_t required_ = 0;  // that are not in order yet
  std::vector<bool> taken_;
  std::vector<Mark> marks_;
  Mark mark_{};
  std::vector<Frame> frames_;
  std::set<Tried> tried_;
  std::size_t most_in_a_row_ = 0;
  bool limited_ = false;
};

bool may_write(const Operation& operation) {
  if (operation.kind == Operation::Kind::get) return false;
  return operation.outcome == Operation::Outcome::done || operation.outcome == Operation::Outcome::unknown;
}

// Of each of the searches that make the part smaller, besides some for each operation.
constexpr std::size_t kMostStepsOfMany = 20'000;
constexpr std::size_t kStepsPerOperation = 4;

// Looks for the smallest part without an order.
class Window {
 public:
  Window(const std::vector<Operation>& operations, Register start, const KeyChanges* all_changes)
      : operations_(operations), start_(start), all_changes_(all_changes) {}

  Items find() {
    std::vector<Instant> returns;
    std::vector<Instant> cuts;
    for (const auto& operation : operations_) {
      if (operation.returned != kNever) returns.push_back(operation.returned);
      cuts.push_back(operation.invoked);
    }
    std::ranges::sort(returns);
    std::ranges::sort(cuts);
    // The first return at which it is too late, and the last instant from which on it still is.
    const auto end =
        std::ranges::partition_point(returns, [&](Instant at) { return !fails(part(kFirst, at), kFirst); });
    if (end == returns.end()) return {};
    const auto after = std::ranges::partition_point(cuts, [&](Instant at) { return fails(part(at, *end), at); });
    const Instant begin = after == cuts.begin() ? kFirst : *std::prev(after);
    return without_bystanders(part(begin, *end), begin);
  }

 private:
  static constexpr Instant kFirst = std::numeric_limits<Instant>::min();

  // What was under way between the two instants. What reaches beyond them may have happened outside.
  Items part(Instant begin, Instant end) const {
    Items items;
    for (const auto& operation : operations_) {
      if (operation.invoked > end || operation.returned < begin) continue;
      const bool inside = operation.invoked >= begin && operation.returned <= end;
      if (inside)
        items.push_back({&operation, operation.outcome == Operation::Outcome::unknown});
      else if (may_write(operation))
        items.push_back({&operation, true});
    }
    return items;
  }

  bool fails(const Items& items, Instant begin) const {
    Register start = start_;
    if (begin != kFirst) start = {Register::Presence::open, 0, 0, 0};
    const auto most_steps = kMostStepsOfMany + kStepsPerOperation * items.size();
    return Search(items, start, all_changes_, false, most_steps).run() == Verdict::disordered;
  }

  // What can be left out, or left open, while the rest still has no order, explains nothing.
  Items without_bystanders(Items items, Instant begin) const {
    for (std::size_t i = items.size(); i-- > 0;) {
      if (items[i].optional) continue;
      Items fewer = items;
      if (may_write(*items[i].operation))
        fewer[i].optional = true;
      else
        fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
      if (fails(fewer, begin)) items = std::move(fewer);
    }
    return items;
  }

  const std::vector<Operation>& operations_;
  Register start_;
  const KeyChanges* all_changes_;
};

// The versions that the operations speak of, and what is known to have happened at them.
std::string changes_beside(const Items& window, const KeyChanges& all_changes) {
  constexpr std::ptrdiff_t kShown = 6;
  Version first = std::numeric_limits<Version>::max();
  for (const auto& [operation, optional] : window) {
    if (optional) continue;
    if (operation->object.version != 0) first = std::min(first, operation->object.version);
    if (operation->expected) first = std::min(first, *operation->expected);
  }
  auto change = all_changes.lower_bound(first);
  std::string text;
  for (std::ptrdiff_t i = 0; i < kShown && change != all_changes.end(); ++i, ++change) {
    const auto& [version, what] = *change;
    text += fmt::format("\n    {} {}", version, what.deleted ? "deleted" : describe(what.fields));
  }
  return text.empty() ? text : "\n  its changes from then on:" + text;
}

std::string explain(const std::string& key, const Items& window, const KeyChanges* all_changes) {
  constexpr std::ptrdiff_t kMostInDoubt = 3;
  const auto in_doubt = std::ranges::count_if(window, &Item::optional);
  std::string text = fmt::format("{}: there is no order of these operations that explains all answers:", key);
  for (const auto& [operation, optional] : window) {
    if (!optional || in_doubt <= kMostInDoubt)
      text += fmt::format("\n  {}{}", describe(*operation), optional ? ", in doubt" : "");
  }
  if (in_doubt > kMostInDoubt) text += fmt::format("\n  (and {} others that do not help, done or not)", in_doubt);
  return all_changes ? text + changes_beside(window, *all_changes) : text;
}

}  // namespace

std::optional<std::string> find_disorder(const std::string& key, const std::vector<Operation>& operations,
                                         Version begin, const KeyChanges* all_changes) {
  auto effective = operations;
  std::erase_if(effective, [](const Operation& each) { return each.outcome == Operation::Outcome::refused; });
  Items items;
  for (const auto& operation : effective)
    items.push_back({&operation, operation.outcome == Operation::Outcome::unknown});
  const Register start{Register::Presence::absent, begin, 0, 0};
  const auto verdict = Search(items, start, all_changes, true, kMostSteps).run();
  if (verdict == Verdict::ordered) return std::nullopt;
  const auto window = Window(effective, start, all_changes).find();
  if (!window.empty()) return explain(key, window, all_changes);
  if (verdict == Verdict::undecided) return fmt::format("{}: undecided after {} steps", key, kMostSteps);
  // Every answer can be explained, and something is left over.
  return fmt::format("{}: the changes up to version {} are more than its operations made", key,
                     all_changes ? all_changes->rbegin()->first : 0);
}

}  // namespace kyma::test::linearizability
