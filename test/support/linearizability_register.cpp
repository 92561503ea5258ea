#include "test/support/linearizability_register.hpp"

#include <algorithm>

namespace kyma::test::linearizability {
namespace {

using Presence = Register::Presence;

bool contains(const Fields& all, const Fields& some) {
  return std::ranges::all_of(some, [&](const auto& field) {
    const auto found = all.find(field.first);
    return found != all.end() && found->second == field.second;
  });
}

Fields merged(Fields fields, const Fields& patch) {
  for (const auto& [name, value] : patch) fields[name] = value;
  return fields;
}

}  // namespace

std::optional<Register> RegisterRules::apply(const Register& before, const Operation& operation, bool unseen) {
  if (!unseen) {
    const bool done = operation.outcome == Operation::Outcome::done;
    if (!done) return fail(before, operation);
  }
  switch (operation.kind) {
    case Operation::Kind::get: return unseen ? before : read(before, operation);
    case Operation::Kind::create: return create(before, operation, unseen);
    case Operation::Kind::replace:
    case Operation::Kind::patch: return change(before, operation, unseen);
    case Operation::Kind::remove: return remove(before, operation);
  }
  return std::nullopt;
}

bool RegisterRules::is_last(const Register& state) const {
  return !all_changes_ || all_changes_->upper_bound(state.version) == all_changes_->end();
}

std::optional<Register> RegisterRules::at_version(const Register& state, Version version) {
  if (state.version != 0 ? state.version != version : version <= state.above) return std::nullopt;
  Register result = state;
  result.version = version;
  result.above = 0;
  return result;
}

std::optional<Register> RegisterRules::read(const Register& before, const Operation& operation) {
  if (before.presence == Presence::absent) return std::nullopt;
  auto result = at_version(before, operation.object.version);
  if (!result) return std::nullopt;
  const int content = intern(operation.object.fields);
  if (before.presence == Presence::present && before.content != content) return std::nullopt;
  result->presence = Presence::present;
  result->content = content;
  return result;
}

std::optional<Register> RegisterRules::fail(const Register& before, const Operation& operation) {
  const bool creates = operation.kind == Operation::Kind::create;
  if (operation.outcome == Operation::Outcome::missing) {
    if (creates || before.presence == Presence::present) return std::nullopt;
    Register result = before;
    result.presence = Presence::absent;
    return result;
  }
  if (operation.outcome != Operation::Outcome::conflict || before.presence == Presence::absent) return std::nullopt;
  if (creates) return before;
  // Without a precondition there is nothing to be in conflict with.
  if (!operation.expected || before.version == *operation.expected) return std::nullopt;
  return before;
}

std::optional<Register> RegisterRules::create(const Register& before, const Operation& operation, bool unseen) {
  if (before.presence == Presence::present) return std::nullopt;
  if (!unseen && operation.object.fields != operation.fields) return std::nullopt;
  return advance(before, Presence::present, operation.fields, unseen ? 0 : operation.object.version);
}

std::optional<Register> RegisterRules::change(const Register& before, const Operation& operation, bool unseen) {
  if (before.presence == Presence::absent) return std::nullopt;
  const auto base = operation.expected ? at_version(before, *operation.expected) : before;
  if (!base) return std::nullopt;
  const bool whole = operation.kind == Operation::Kind::replace;
  if (base->presence == Presence::open) {
    if (unseen && !whole) return base;  // of which nothing is known still
    if (!unseen && !contains(operation.object.fields, operation.fields)) return std::nullopt;
    Register result = *base;
    result.presence = Presence::present;
    result.content = intern(whole ? operation.fields : operation.object.fields);
    result.version = unseen ? 0 : operation.object.version;
    return result;
  }
  const Fields& old = fields_.at(base->content);
  const Fields fields = whole ? operation.fields : merged(old, operation.fields);
  if (!unseen && fields != operation.object.fields) return std::nullopt;
  if (fields != old) return advance(*base, Presence::present, fields, unseen ? 0 : operation.object.version);
  return unseen ? base : at_version(*base, operation.object.version);
}

std::optional<Register> RegisterRules::remove(const Register& before, const Operation& operation) {
  if (before.presence == Presence::absent) return std::nullopt;
  const auto base = operation.expected ? at_version(before, *operation.expected) : before;
  if (!base) return std::nullopt;
  return advance(*base, Presence::absent, {}, 0);
}

std::optional<Register> RegisterRules::advance(const Register& before, Presence presence, const Fields& fields,
                                               Version version) {
  const Version last = std::max(before.version, before.above);
  if (version != 0 && version <= last) return std::nullopt;
  Register result{presence, version, version == 0 ? last : 0, presence == Presence::present ? intern(fields) : 0};
  if (!all_changes_ || before.version == 0) return result;
  const auto next = all_changes_->upper_bound(before.version);
  if (next == all_changes_->end() || next->second.deleted != (presence == Presence::absent)) return std::nullopt;
  if (version != 0 && next->first != version) return std::nullopt;
  if (!next->second.deleted && next->second.fields != fields) return std::nullopt;
  result.version = next->first;
  result.above = 0;
  return result;
}

int RegisterRules::intern(const Fields& fields) {
  const auto [found, is_new] = contents_.try_emplace(fields, static_cast<int>(contents_.size()) + 1);
  if (is_new) fields_.emplace(found->second, fields);
  return found->second;
}

}  // namespace kyma::test::linearizability
