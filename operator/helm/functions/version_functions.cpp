// Semantic versions: semver, semverCompare, and the methods of what semver returns.
#include <compare>
#include <string>

#include "operator/helm/formats/semver.hpp"
#include "operator/helm/functions/functions.hpp"

namespace kyma::helm {
namespace {

using gotemplate::Call;
using gotemplate::Kind;
using gotemplate::Object;
using gotemplate::Type;

extern const Type kVersionType;
extern const Type kVersionPointerType;

// semver returns a pointer; the methods that make a new version return it by value, with fewer methods.
class VersionObject final : public Object {
 public:
  VersionObject(const Type& type, Version version) : type_(type), version_(std::move(version)) {}
  const Version& version() const noexcept { return version_; }

  const Type& type() const noexcept override { return type_; }
  std::optional<std::string> text() const override { return version_.str(); }
  // Made of digits, letters and punctuation that JSON leaves alone.
  std::optional<std::string> json() const override { return "\"" + version_.str() + "\""; }
  bool equals(const Object& other) const override {
    if (&other.type() != &type_) return false;
    const Version& theirs = static_cast<const VersionObject&>(other).version_;
    return version_ == theirs && version_.metadata() == theirs.metadata() && version_.original() == theirs.original();
  }

 private:
  const Type& type_;
  Version version_;
};

const Version& receiver(Call& call) { return static_cast<const VersionObject&>(call[0].as_object()).version(); }

const Version& other_version(Call& call) {
  if (!call[1].is(Kind::object)) Call::fail("runtime error: invalid memory address or nil pointer dereference");
  return static_cast<const VersionObject&>(call[1].as_object()).version();
}

Value make_version(Call& call, const Type& type, Version version) {
  return Value::object(call.heap.make<VersionObject>(type, std::move(version)));
}

Value major_number(Call& call) { return Value::uint64(receiver(call).major()); }
Value minor_number(Call& call) { return Value::uint64(receiver(call).minor()); }
Value patch_number(Call& call) { return Value::uint64(receiver(call).patch()); }
Value prerelease(Call& call) { return call.make(receiver(call).prerelease()); }
Value metadata(Call& call) { return call.make(receiver(call).metadata()); }
Value text(Call& call) { return call.make(receiver(call).str()); }
Value next_major(Call& call) { return make_version(call, kVersionType, receiver(call).next_major()); }
Value next_minor(Call& call) { return make_version(call, kVersionType, receiver(call).next_minor()); }
Value next_patch(Call& call) { return make_version(call, kVersionType, receiver(call).next_patch()); }
Value with_prerelease(Call& call) {
  return make_version(call, kVersionType, receiver(call).with_prerelease(call.text(1)));
}
Value with_metadata(Call& call) { return make_version(call, kVersionType, receiver(call).with_metadata(call.text(1))); }
Value marshal_json(Call& call) { return Value::bytes(call.heap.copy("\"" + receiver(call).str() + "\"")); }
Value marshal_text(Call& call) { return Value::bytes(call.heap.copy(receiver(call).str())); }

Value compare(Call& call) {
  const auto order = receiver(call) <=> other_version(call);
  return Value::integer(std::is_lt(order) ? -1 : std::is_gt(order) ? 1 : 0);
}

// Those of the value come first: a value has no others.
constexpr Function kMethods[] = {
    {"Major", "", major_number},
    {"Minor", "", minor_number},
    {"Patch", "", patch_number},
    {"Prerelease", "", prerelease},
    {"Metadata", "", metadata},
    {"String", "", text},
    {"Value", "", text},
    {"IncMajor", "", next_major},
    {"IncMinor", "", next_minor},
    {"IncPatch", "", next_patch},
    {"SetPrerelease", "s", with_prerelease},
    {"SetMetadata", "s", with_metadata},
    {"MarshalJSON", "", marshal_json},
    {"MarshalText", "", marshal_text},
    {"Original", "", [](Call& call) { return call.make(receiver(call).original()); }},
    {"Compare", "V", compare},
    {"Equal", "V", [](Call& call) { return Value::boolean(receiver(call) == other_version(call)); }},
    {"GreaterThan", "V", [](Call& call) { return Value::boolean(receiver(call) > other_version(call)); }},
    {"GreaterThanEqual", "V", [](Call& call) { return Value::boolean(receiver(call) >= other_version(call)); }},
    {"LessThan", "V", [](Call& call) { return Value::boolean(receiver(call) < other_version(call)); }},
    {"LessThanEqual", "V", [](Call& call) { return Value::boolean(receiver(call) <= other_version(call)); }},
};
constexpr std::size_t kValueMethods = 14;

const Type kVersionType{.name = "semver.Version", .methods = kMethods, .method_count = kValueMethods};
const Type kVersionPointerType{
    .name = "*semver.Version", .methods = kMethods, .method_count = std::size(kMethods), .is_pointer = true};

Value semver(Call& call) { return make_version(call, kVersionPointerType, Version::parse(call.text(0))); }

Value semver_compare(Call& call) {
  const Constraint constraint = Constraint::parse(call.text(0));
  return Value::boolean(constraint.allows(Version::parse(call.text(1))));
}

constexpr Function kFunctions[] = {{"semver", "s", semver}, {"semverCompare", "ss", semver_compare}};

}  // namespace

std::span<const Function> version_functions() { return kFunctions; }

}  // namespace kyma::helm
