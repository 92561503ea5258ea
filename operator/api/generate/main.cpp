// Runs during the build: turns the manifests under config/ into the C++ source behind operator/api/manifests.hpp.
//
//   kyma_generate_manifests OUTPUT.cpp SAMPLE_KYMA.yaml CRD.yaml...
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iostream>
#include <regex>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "operator/kube/meta/json.hpp"

namespace {

using kyma::json::Writer;

constexpr std::string_view kDelimiter = "manifest";

// YAML 1.2 and YAML 1.1, which kubectl reads, disagree on these: whoever writes one has to quote it.
bool is_ambiguous(std::string text) {
  static constexpr std::array<std::string_view, 8> kWords = {"y", "n", "yes", "no", "on", "off", "true", "false"};
  static const std::regex odd_number(
      "[-+]?0[0-9xXoObB_].*|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*|[-+]?[0-9]+[:_][0-9:_]*|"
      "[-+]?\\.(inf|nan)|\\+[0-9].*");
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
  return std::find(kWords.begin(), kWords.end(), text) != kWords.end() || std::regex_match(text, odd_number);
}

void write_scalar(Writer& writer, const YAML::Node& node) {
  static const std::regex number("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?");
  const std::string& text = node.Scalar();
  const bool plain = node.Tag() == "?";  // neither quoted nor a block of text
  if (plain && (text == "true" || text == "false")) {
    writer.boolean(text == "true");
  } else if (plain && std::regex_match(text, number)) {
    writer.raw(text);
  } else if (plain && is_ambiguous(text)) {
    throw std::runtime_error("line " + std::to_string(node.Mark().line + 1) + ": " + text +
                             " means different things to different YAML readers; quote it");
  } else {
    writer.string(text);
  }
}

void write(Writer& writer, const YAML::Node& node) {
  switch (node.Type()) {
    case YAML::NodeType::Map:
      writer.object([&] {
        for (const auto& member : node) {
          writer.key(member.first.Scalar());
          write(writer, member.second);
        }
      });
      break;
    case YAML::NodeType::Sequence:
      writer.array([&] {
        for (const auto& element : node) write(writer, element);
      });
      break;
    case YAML::NodeType::Scalar: write_scalar(writer, node); break;
    default: writer.null(); break;
  }
}

std::string literal_of(const std::string& path) {
  try {
    Writer writer;
    write(writer, YAML::LoadFile(path));
    const std::string text = writer.str();
    if (text.find(")" + std::string(kDelimiter) + "\"") != std::string::npos) {
      throw std::runtime_error("contains the text that ends a C++ literal");
    }
    return "R\"" + std::string(kDelimiter) + "(" + text + ")" + std::string(kDelimiter) + "\"";
  } catch (const std::exception& error) {
    throw std::runtime_error(path + ": " + error.what());
  }
}

void write_source(const std::string& output, const std::string& sample, std::span<char*> crds) {
  std::string source =
      "// Generated from the manifests under config/.\n#include \"operator/api/manifests.hpp\"\n\n"
      "#include <array>\n\nnamespace kyma::api {\nnamespace {\n\n";
  source += "constexpr std::array<std::string_view, " + std::to_string(crds.size()) + "> kCrds = {\n";
  for (const char* crd : crds) source += literal_of(crd) + ",\n";
  source += "};\n\nconstexpr std::string_view kSampleKyma =\n" + literal_of(sample) + ";\n\n}  // namespace\n\n";
  source += "std::span<const std::string_view> crd_manifests() noexcept { return kCrds; }\n";
  source += "std::string_view sample_kyma_manifest() noexcept { return kSampleKyma; }\n\n}  // namespace kyma::api\n";
  std::ofstream file(output, std::ios::binary);
  file << source;
  file.close();
  if (!file) throw std::runtime_error(output + ": cannot be written");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::cerr << "usage: " << argv[0] << " OUTPUT.cpp SAMPLE_KYMA.yaml CRD.yaml...\n";
    return 2;
  }
  try {
    write_source(argv[1], argv[2], std::span(argv + 3, static_cast<std::size_t>(argc - 3)));
  } catch (const std::exception& error) {
    std::cerr << "kyma_generate_manifests: " << error.what() << '\n';
    return 1;
  }
  return 0;
}
