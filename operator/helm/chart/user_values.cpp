#include "operator/helm/chart/user_values.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "operator/helm/chart/failure.hpp"
#include "operator/helm/chart/set_parser.hpp"
#include "operator/helm/chart/source.hpp"
#include "operator/helm/chart/system_error.hpp"
#include "operator/helm/chart/text.hpp"
#include "operator/helm/chart/url.hpp"
#include "operator/helm/formats/yaml.hpp"

namespace kyma::helm {
namespace {

using gotemplate::Map;

std::string read_standard_input() {
  std::string data;
  std::array<char, 65536> buffer;
  while (true) {
    const ssize_t count = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail_with_errno("read", "/dev/stdin");
    if (count == 0) return data;
    data.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

// Helm takes URLs as well: this renderer opens no connections.
std::string read_values_file(const std::string& name) {
  if (trim_space(name) == "-") return read_standard_input();
  std::string error;
  const auto url = Url::parse(name, &error);
  if (!url) throw ChartFailure(error);
  if (url->scheme == "http" || url->scheme == "https" || url->scheme == "oci") {
    throw ChartFailure(fmt::format("values are not fetched from a network: save {} to a file first", name));
  }
  return read_file(name);
}

// Tables are merged; all else is replaced.
void merge(Map& into, const Map& from, Heap& heap) {
  for (const auto& [key, value] : from.entries) {
    const Value* present = into.find(key);
    if (present != nullptr && present->is_map() && value.is_map()) {
      merge(present->as_map(), value.as_map(), heap);
    } else {
      into.set(heap, key, value);
    }
  }
}

void add_files(const std::vector<std::string>& files, Map& values, Heap& heap) {
  for (const std::string& file : files) {
    const std::string text = read_values_file(file);
    try {
      merge(values, from_yaml_map(text, heap).as_map(), heap);
    } catch (const FormatError& error) {
      throw ChartFailure(fmt::format("failed to parse {}: {}", file, error.what()));
    }
  }
}

template <class Parse>
void add_all(const std::vector<std::string>& texts, std::string_view flag, Parse parse) {
  for (const std::string& text : texts) {
    try {
      parse(text);
    } catch (const ChartFailure& failure) {
      throw ChartFailure(fmt::format("failed parsing {} data: {}", flag, failure.what()));
    }
  }
}

// Of JSON, Helm does not say what is wrong with it.
void add_json(const std::vector<std::string>& texts, Value values, Heap& heap) {
  for (const std::string& text : texts) {
    if (!parse_set(text, SetMode::json, values, heap)) {
      throw ChartFailure(fmt::format("failed parsing --set-json data {}", text));
    }
  }
}

}  // namespace

ChartOutcome<Value> merge_value_options(const ValueOptions& options, Heap& heap) {
  return outcome_of([&] {
    const Value values = Value::map(&gotemplate::make_map(heap));
    const auto parse = [&](SetMode mode) {
      return [&heap, values, mode](const std::string& text) { SetParser(text, mode, heap).run(values); };
    };
    const auto read = [&heap](const std::string& name) {
      return gotemplate::make_string(heap, read_values_file(name));
    };
    add_files(options.files, values.as_map(), heap);
    add_json(options.json, values, heap);
    add_all(options.values, "--set", parse(SetMode::typed));
    add_all(options.string_values, "--set-string", parse(SetMode::string));
    add_all(options.file_values, "--set-file",
            [&](const std::string& text) { SetParser(text, read, heap).run(values); });
    add_all(options.literal_values, "--set-literal", parse(SetMode::literal));
    return values;
  });
}

ChartOutcome<void> parse_set(std::string_view text, SetMode mode, Value destination, Heap& heap) {
  return outcome_of([&] { SetParser(text, mode, heap).run(destination); });
}

}  // namespace kyma::helm
