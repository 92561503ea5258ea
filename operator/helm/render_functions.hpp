// The functions that belong to a rendering: include, tpl, required, fail and lookup.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "operator/helm/gotemplate/execute.hpp"

namespace kyma::helm {

// What these functions need to know of the rendering that calls them: with their own environment they find it.
class RenderEnvironment final : public gotemplate::Environment {
 public:
  // Both must outlive it.
  RenderEnvironment(gotemplate::Environment& outside, const gotemplate::TemplateSet& templates)
      : outside_(outside), templates_(&templates) {}

  WallTime now() override { return outside_.now(); }
  void random(std::span<unsigned char> bytes) override { outside_.random(bytes); }

  gotemplate::Value include(gotemplate::Call& call);
  gotemplate::Value tpl(gotemplate::Call& call);

 private:
  // A text that was given to tpl, parsed over the set that it was met in.
  struct Parsed {
    explicit Parsed(const gotemplate::TemplateSet& base) : set(&base) {}
    gotemplate::TemplateSet set;
    std::shared_ptr<const gotemplate::Tree> main;  // which may be too empty to be in the set
  };

  const Parsed& parse(std::string_view text, gotemplate::Heap& heap);
  std::string execute_tpl(const Parsed& parsed, std::string_view text, gotemplate::Call& call);

  gotemplate::Environment& outside_;
  const gotemplate::TemplateSet* templates_;        // the file's, or those of the tpl that is being executed
  std::map<std::string, int, std::less<>> active_;  // by name: how many includes of it are being rendered
  // Kept to the end: what a tpl has printed or set may point at constants of its text.
  std::map<std::pair<const gotemplate::TemplateSet*, std::string>, std::unique_ptr<const Parsed>> parsed_;
};

// Sprig's, Go's and the ones above: all that a Helm template may call.
const gotemplate::FunctionMap& helm_functions();

// required and fail put their message between these, so that it can be found again inside of the error's text.
inline constexpr std::string_view kPayloadStart = "HELM_ERR_START";
inline constexpr std::string_view kPayloadEnd = "HELM_ERR_END";
// What Helm prints in the place of a value that is not there is dropped from every file and every tpl.
std::string without_no_value(std::string text);

}  // namespace kyma::helm
