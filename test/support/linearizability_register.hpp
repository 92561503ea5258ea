// One object as the API promises it to be, one operation after another: the sequential model of linearizability.hpp.
//
// A register is absent or holds fields under a version; each change raises the version, a write that changes nothing
// keeps it. What nobody was told stays open: the version of a deletion or of an unanswered write; and of a register
// whose past is cut off, everything. Where all changes are known, a change must be the next one of them. Plain values.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "test/support/linearizability_changes.hpp"
#include "test/support/linearizability_history.hpp"

namespace kyma::test::linearizability {

struct Register {
  enum class Presence { open, absent, present };
  Presence presence = Presence::absent;
  Version version = 0;  // of the last change; 0: open
  Version above = 0;    // that version is a later one than this
  int content = 0;      // while present; see RegisterRules
  bool operator==(const Register&) const = default;
};

class RegisterRules {
 public:
  // `all_changes`: every one that there was; null: they are not known. Must outlive it.
  explicit RegisterRules(const KeyChanges* all_changes) : all_changes_(all_changes) {}

  // The register after the operation; nothing when it cannot have been answered so then. `unseen`: the operation was
  // done, and whatever its answer, it is not looked at.
  std::optional<Register> apply(const Register& before, const Operation& operation, bool unseen);
  // No change that is known comes after it.
  bool is_last(const Register& state) const;

 private:
  std::optional<Register> read(const Register& before, const Operation& operation);
  std::optional<Register> fail(const Register& before, const Operation& operation);
  std::optional<Register> create(const Register& before, const Operation& operation, bool unseen);
  std::optional<Register> change(const Register& before, const Operation& operation, bool unseen);
  std::optional<Register> remove(const Register& before, const Operation& operation);
  // At `version`; 0: it is not known.
  std::optional<Register> advance(const Register& before, Register::Presence presence, const Fields& fields,
                                  Version version);
  // The register when it is known to have that version; nothing when it has another.
  static std::optional<Register> at_version(const Register& state, Version version);
  int intern(const Fields& fields);

  const KeyChanges* all_changes_;
  std::map<Fields, int> contents_;
  std::map<int, Fields> fields_;
};

}  // namespace kyma::test::linearizability
