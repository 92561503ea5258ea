#include "operator/kube/meta/watch_decoder.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "operator/kube/meta/json.hpp"

namespace kyma::kube {
namespace {

struct TypeName {
  EventType type;
  std::string_view name;
};

constexpr std::array kTypes{
    TypeName{EventType::added, "ADDED"},     TypeName{EventType::modified, "MODIFIED"},
    TypeName{EventType::deleted, "DELETED"}, TypeName{EventType::bookmark, "BOOKMARK"},
    TypeName{EventType::error, "ERROR"},
};

bool find_type(std::string_view name, EventType& type) noexcept {
  for (const auto& entry : kTypes) {
    if (entry.name != name) continue;
    type = entry.type;
    return true;
  }
  return false;
}

Error not_an_event(std::string_view why) { return {Reason::decode, 0, fmt::format("no watch event: {}", why)}; }

bool is_blank(std::string_view line) { return line.find_first_not_of(" \t\r") == std::string_view::npos; }

}  // namespace

std::string_view to_string(EventType type) noexcept {
  for (const auto& entry : kTypes) {
    if (entry.type == type) return entry.name;
  }
  return "";
}

WatchDecoder::WatchDecoder(OnEvent on_event, std::size_t max_event_bytes)
    : on_event_(std::move(on_event)), max_event_bytes_(max_event_bytes) {}

Outcome<void> WatchDecoder::feed(std::string_view piece) {
  while (!piece.empty()) {
    const auto newline = piece.find('\n');
    const std::string_view part = piece.substr(0, newline);
    if (partial_.size() + part.size() > max_event_bytes_) {
      return not_an_event(fmt::format("it is larger than the limit of {} bytes", max_event_bytes_));
    }
    if (newline == std::string_view::npos) {
      partial_.append(part);
      return {};
    }
    piece.remove_prefix(newline + 1);
    Outcome<void> decoded;
    if (partial_.empty()) {
      decoded = decode_line(part);
    } else {
      const std::string line = std::exchange(partial_, {}).append(part);
      decoded = decode_line(line);
    }
    if (!decoded) return decoded;
  }
  return {};
}

Outcome<void> WatchDecoder::decode_line(std::string_view line) {
  if (is_blank(line)) return {};
  std::string type_name;
  WatchEvent event;
  json::Reader reader(line);
  reader.object([&](std::string_view key) {
    if (key == "type") return reader.string(type_name);
    if (key == "object") return reader.raw(event.object);
    reader.skip();
  });
  if (!reader.finish()) return not_an_event(reader.error().message);
  if (!find_type(type_name, event.type)) {
    return not_an_event(fmt::format("its type is \"{}\"", type_name.substr(0, 40)));
  }
  if (event.object.empty()) return not_an_event("it has no object");
  on_event_(event);
  return {};
}

}  // namespace kyma::kube
