#include "operator/helm/functions/go_zone.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

#include "operator/helm/functions/go_zone_rule.hpp"

namespace kyma::helm {
namespace {

constexpr const char* kZoneDirectories[] = {"/usr/share/zoneinfo/", "/usr/share/lib/zoneinfo/", "/usr/lib/locale/TZ/",
                                            "/etc/zoneinfo/"};
constexpr std::size_t kLargestFile = std::size_t{10} << 20;

// Big-endian numbers off the front of a text; once it runs short, all are 0.
class Reader {
 public:
  explicit Reader(std::string_view data) : data_(data) {}

  std::string_view take(std::size_t size) {
    if (size > data_.size()) {
      short_ = true;
      size = data_.size();
    }
    const std::string_view taken = data_.substr(0, size);
    data_.remove_prefix(size);
    return taken;
  }
  std::uint32_t number() {
    std::uint32_t value = 0;
    for (const char c : take(4)) value = value << 8 | static_cast<unsigned char>(c);
    return value;
  }
  std::string_view rest() const { return data_; }
  bool is_short() const { return short_; }

 private:
  std::string_view data_;
  bool short_ = false;
};

// How many there are of each thing in a zone file.
struct Counts {
  std::size_t utc_marks;
  std::size_t standard_marks;
  std::size_t leap_seconds;
  std::size_t transitions;
  std::size_t kinds;
  std::size_t name_bytes;
};

Counts read_counts(Reader& reader) {
  Counts counts{};
  counts.utc_marks = reader.number();
  counts.standard_marks = reader.number();
  counts.leap_seconds = reader.number();
  counts.transitions = reader.number();
  counts.kinds = reader.number();
  counts.name_bytes = reader.number();
  return counts;
}

std::int64_t signed_number(std::string_view bytes) {
  std::uint64_t value = !bytes.empty() && (bytes.front() & 0x80) != 0 ? ~std::uint64_t{0} : 0;
  for (const char c : bytes) value = value << 8 | static_cast<unsigned char>(c);
  return static_cast<std::int64_t>(value);
}

std::optional<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::string data;
  char buffer[4096];
  while (file.read(buffer, sizeof buffer) || file.gcount() > 0) {
    data.append(buffer, static_cast<std::size_t>(file.gcount()));
    if (data.size() > kLargestFile) return std::nullopt;
  }
  if (data.empty()) return std::nullopt;  // a directory, for one
  return data;
}

std::optional<GoZone> load_file(const std::string& name, const std::string& path) {
  const auto data = read_file(path);
  if (!data) return std::nullopt;
  return GoZone::parse(name, *data);
}

std::optional<GoZone> load_named(const std::string& name) {
  for (const char* directory : kZoneDirectories) {
    if (auto zone = load_file(name, directory + name)) return zone;
  }
  return std::nullopt;
}

GoZone make_local() {
  const char* setting = std::getenv("TZ");  // NOLINT(concurrency-mt-unsafe): nothing here sets it
  if (!setting) {
    if (auto zone = load_file("Local", "/etc/localtime")) return *zone;
    return GoZone::fixed("UTC", 0);
  }
  std::string_view name = setting;
  if (name.starts_with(':')) name.remove_prefix(1);
  if (name.starts_with('/')) {
    const std::string path(name);
    if (auto zone = load_file(path == "/etc/localtime" ? "Local" : path, path)) return *zone;
  } else if (!name.empty() && name != "UTC") {
    if (auto zone = load_named(std::string(name))) return *zone;
  }
  return GoZone::fixed("UTC", 0);
}

}  // namespace

const GoZone& GoZone::utc() {
  static const GoZone zone = fixed("UTC", 0);
  return zone;
}

const GoZone& GoZone::local() {
  static const GoZone zone = make_local();
  return zone;
}

const GoZone* GoZone::load(std::string_view name) {
  if (name.empty() || name == "UTC") return &utc();
  if (name == "Local") return &local();
  // No way out of the directory of zones.
  if (name.find("..") != name.npos || name.front() == '/' || name.find('\\') != name.npos) return nullptr;
  if (name.find('\0') != name.npos) return nullptr;
  static std::mutex mutex;
  static std::map<std::string, std::unique_ptr<const GoZone>, std::less<>> zones;
  const std::lock_guard lock(mutex);
  const auto found = zones.find(name);
  if (found != zones.end()) return found->second.get();
  // What is unknown is not remembered: names come from charts and could be any number.
  auto zone = load_named(std::string(name));
  if (!zone) return nullptr;
  return zones.emplace(name, std::make_unique<const GoZone>(std::move(*zone))).first->second.get();
}

GoZone GoZone::fixed(std::string name, std::int32_t offset) {
  GoZone zone;
  zone.name_ = name;
  zone.kinds_.push_back({std::move(name), offset, false});
  return zone;
}

std::optional<GoZone> GoZone::parse(std::string name, std::string_view data) {
  Reader reader(data);
  if (reader.take(4) != "TZif") return std::nullopt;
  const std::string_view version = reader.take(16);
  if (version.empty()) return std::nullopt;
  const char digit = version.front();
  if (digit != '\0' && digit != '2' && digit != '3') return std::nullopt;
  Counts counts = read_counts(reader);
  std::size_t time_size = 4;
  // Newer files hold everything twice, the second time in 64 bits.
  if (digit != '\0') {
    reader.take(counts.transitions * 5 + counts.kinds * 6 + counts.name_bytes + counts.leap_seconds * 8 +
                counts.standard_marks + counts.utc_marks + 20);
    counts = read_counts(reader);
    time_size = 8;
  }
  const std::string_view times = reader.take(counts.transitions * time_size);
  const std::string_view indices = reader.take(counts.transitions);
  Reader kinds(reader.take(counts.kinds * 6));
  const std::string_view names = reader.take(counts.name_bytes);
  reader.take(counts.leap_seconds * (time_size + 4) + counts.standard_marks + counts.utc_marks);
  if (reader.is_short() || counts.kinds == 0) return std::nullopt;

  GoZone zone;
  zone.name_ = std::move(name);
  const std::string_view rest = reader.rest();
  if (rest.size() > 2 && rest.front() == '\n' && rest.back() == '\n') zone.rule_ = rest.substr(1, rest.size() - 2);
  for (std::size_t i = 0; i < counts.kinds; ++i) {
    const auto offset = static_cast<std::int32_t>(kinds.number());
    const bool is_dst = kinds.take(1).front() != '\0';
    const auto at = static_cast<unsigned char>(kinds.take(1).front());
    if (at >= names.size()) return std::nullopt;
    const std::string_view from = names.substr(at);
    zone.kinds_.push_back({std::string(from.substr(0, from.find('\0'))), offset, is_dst});
  }
  for (std::size_t i = 0; i < counts.transitions; ++i) {
    const auto kind = static_cast<std::uint8_t>(indices[i]);
    if (kind >= zone.kinds_.size()) return std::nullopt;
    zone.transitions_.push_back({signed_number(times.substr(i * time_size, time_size)), kind});
  }
  // One that covers all time stands in for none, so that the rule has a last one.
  if (zone.transitions_.empty()) zone.transitions_.push_back({std::numeric_limits<std::int64_t>::min(), 0});
  return zone;
}

// What holds before the first transition.
const GoZone::Kind& GoZone::first_kind() const {
  const bool first_is_used = std::any_of(transitions_.begin(), transitions_.end(),
                                         [](const Transition& transition) { return transition.kind == 0; });
  if (!first_is_used) return kinds_.front();
  if (!transitions_.empty() && kinds_[transitions_.front().kind].is_dst) {
    for (std::size_t i = transitions_.front().kind; i-- > 0;) {
      if (!kinds_[i].is_dst) return kinds_[i];
    }
  }
  const auto standard = std::find_if(kinds_.begin(), kinds_.end(), [](const Kind& kind) { return !kind.is_dst; });
  return standard == kinds_.end() ? kinds_.front() : *standard;
}

GoZone::Period GoZone::at(std::int64_t unix_seconds) const {
  Period period;
  const auto describe = [&period](const Kind& kind) {
    period.name = kind.name;
    period.offset = kind.offset;
    period.is_dst = kind.is_dst;
  };
  const auto next =
      std::upper_bound(transitions_.begin(), transitions_.end(), unix_seconds,
                       [](std::int64_t when, const Transition& transition) { return when < transition.when; });
  if (next != transitions_.end()) period.end = next->when;
  if (next == transitions_.begin()) {
    describe(first_kind());
    return period;
  }
  const Transition& last = *std::prev(next);
  describe(kinds_[last.kind]);
  period.start = last.when;
  if (next == transitions_.end() && !rule_.empty()) {
    if (const auto ruled = apply_zone_rule(rule_, last.when, unix_seconds)) return *ruled;
  }
  return period;
}

std::optional<std::int32_t> GoZone::offset_of(std::string_view abbreviation, std::int64_t unix_seconds) const {
  for (const Kind& kind : kinds_) {
    if (kind.name == abbreviation && at(unix_seconds - kind.offset).name == abbreviation) return kind.offset;
  }
  for (const Kind& kind : kinds_) {
    if (kind.name == abbreviation) return kind.offset;
  }
  return std::nullopt;
}

}  // namespace kyma::helm
