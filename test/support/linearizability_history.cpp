#include "test/support/linearizability_history.hpp"

#include <fmt/format.h>

namespace kyma::test::linearizability {
namespace {

std::string interval(Instant invoked, Instant returned) {
  const auto millis = [](Instant at) { return static_cast<double>(at) / 1e6; };
  if (returned == kNever) return fmt::format("(from {:.3f} ms on)", millis(invoked));
  return fmt::format("({:.3f} to {:.3f} ms)", millis(invoked), millis(returned));
}

std::string request(const Operation& operation) {
  std::string text;
  switch (operation.kind) {
    case Operation::Kind::get: text = "gets it"; break;
    case Operation::Kind::create: text = "creates it with " + describe(operation.fields); break;
    case Operation::Kind::replace: text = "replaces it with " + describe(operation.fields); break;
    case Operation::Kind::patch: text = "patches it with " + describe(operation.fields); break;
    case Operation::Kind::remove: text = "deletes it"; break;
  }
  if (operation.expected) text += fmt::format(" if it has version {}", *operation.expected);
  return text;
}

std::string answer(const Operation& operation) {
  switch (operation.outcome) {
    case Operation::Outcome::done: break;
    case Operation::Outcome::missing: return "not found";
    case Operation::Outcome::conflict: return "conflict";
    case Operation::Outcome::refused: return "refused";
    case Operation::Outcome::unknown: return "no answer";
  }
  if (operation.object.version == 0) return "done";
  return fmt::format("version {} {}", operation.object.version, describe(operation.object.fields));
}

}  // namespace

std::string describe(const Fields& fields) {
  std::string text = "{";
  for (const auto& [name, value] : fields) text += fmt::format("{}{}: {}", text.size() > 1 ? ", " : "", name, value);
  return text + "}";
}

std::string describe(const Operation& operation) {
  return fmt::format("client {} {}: {} {}", operation.client, request(operation), answer(operation),
                     interval(operation.invoked, operation.returned));
}

std::string describe(const Listing& listing) {
  return fmt::format("client {} lists: version {} {}", listing.client, listing.version,
                     interval(listing.invoked, listing.returned));
}

std::string describe(const WatchEvent& event) {
  static constexpr std::string_view kTypes[] = {"ADDED", "MODIFIED", "DELETED"};
  return fmt::format("{} {} at version {} {}", kTypes[static_cast<int>(event.type)], event.key, event.object.version,
                     describe(event.object.fields));
}

}  // namespace kyma::test::linearizability
