// Any bytes as values: YAML, JSON, TOML and --set, and what was read written again and read once more.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "operator/helm/chart/user_values.hpp"
#include "operator/helm/formats/json.hpp"
#include "operator/helm/formats/toml.hpp"
#include "operator/helm/formats/yaml.hpp"

namespace {

using namespace kyma;
using helm::FormatError;
using helm::Heap;
using helm::Value;

template <class F>
void attempt(F function) {
  try {
    function();
  } catch (const FormatError&) {
  } catch (const gotemplate::LimitExceeded&) {
  }
}

// What go-yaml does not read as it has written it: -0.0, which becomes the integer 0, and Unicode's line ends in a
// text.
bool is_lossy(std::string_view text) {
  return std::ranges::any_of(std::array<std::string_view, 3>{"\u0085", "\u2028", "\u2029"},
                             [&](std::string_view line_end) { return text.find(line_end) != text.npos; });
}

bool is_lossy(Value value) {
  if (value.is(gotemplate::Kind::float64)) return value.as_float() == 0 && std::signbit(value.as_float());
  if (value.is_string()) return is_lossy(value.as_text());
  if (value.is_list()) return std::ranges::any_of(value.as_list().items, [](Value item) { return is_lossy(item); });
  if (!value.is_map()) return false;
  return std::ranges::any_of(value.as_map().entries,
                             [](const auto& each) { return is_lossy(each.first) || is_lossy(each.second); });
}

// What was written must be read as what it was.
void check_round_trip(Value value) {
  if (is_lossy(value)) return;
  std::string yaml;
  try {
    yaml = helm::to_yaml(value) + "\n";  // which Helm takes off
  } catch (const FormatError&) {
    return;
  }
  Heap heap(std::size_t{64} << 20);
  const Value again = helm::from_yaml(yaml, heap);
  if (helm::to_json(again) != helm::to_json(value)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  Heap heap(std::size_t{16} << 20);
  switch (data[0] % 5) {
    case 0: attempt([&] { check_round_trip(helm::from_yaml(text, heap)); }); break;
    case 1: attempt([&] { check_round_trip(helm::from_json(text, heap)); }); break;
    case 2: attempt([&] { helm::to_toml(helm::from_toml(text, heap)); }); break;
    case 3: attempt([&] { helm::read_yaml_head(text); }); break;
    default:
      for (const auto mode :
           {helm::SetMode::typed, helm::SetMode::string, helm::SetMode::json, helm::SetMode::literal}) {
        const Value destination = Value::map(&gotemplate::make_map(heap));
        attempt([&] { static_cast<void>(helm::parse_set(text, mode, destination, heap)); });
      }
  }
  return 0;
}
