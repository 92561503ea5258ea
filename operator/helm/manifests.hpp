// Rendered files to documents in the order in which Helm installs them (HELM-SPEC 10).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "operator/helm/rendering.hpp"

namespace kyma::helm {

struct Document {
  std::string source;  // the file's path in the release
  std::string kind;
  std::string text;
  bool is_test = false;  // a hook that `helm test` runs
};

struct Documents {
  std::vector<Document> manifests;
  std::vector<Document> hooks;
};

// In the files' order; notes are left out. Throws RenderFailure for a document that is not YAML, `documents` then being
// those before it. `warnings` gets what Helm logs.
void read_documents(const RenderedFiles& files, Warnings& warnings, Documents& documents);
// Into the order of installation.
void sort_documents(Documents& documents);
Documents sort_documents(const RenderedFiles& files, Warnings& warnings);

// Helm executes them, and prints them on their own.
bool is_notes(std::string_view path);

// At every `---` that starts a line, as Helm's pattern has it; the pieces trimmed, empty ones left out.
std::vector<std::string_view> split_documents(std::string_view text);

// The chart's own crds/ files, then its subcharts', as `helm template --include-crds` prints them first.
std::vector<Document> crd_files(const ChartNode& root);

// "---\n# Source: PATH\nTEXT\n"
void append_document(std::string& out, const Document& document);

}  // namespace kyma::helm
