#include "operator/helm/render_functions.hpp"

#include <fmt/format.h>

#include "operator/helm/functions/functions.hpp"
#include "operator/helm/gotemplate/format.hpp"
#include "operator/helm/gotemplate/parser.hpp"

namespace kyma::helm {
namespace {

using gotemplate::Call;
using gotemplate::ExecError;
using gotemplate::Function;
using gotemplate::FunctionMap;
using gotemplate::ParseError;
using gotemplate::quote;
using gotemplate::TemplateSet;
using gotemplate::Value;

// Helm's bound on includes of one name within each other.
constexpr int kMaxNested = 1000;
// The name under which Helm parses what tpl is given.
constexpr std::string_view kTplName = "gotpl";
// About what a parsed text takes.
constexpr std::size_t kParsedOverhead = 1024;
constexpr std::size_t kTreeBytesPerByte = 12;

RenderEnvironment& environment(Call& call) { return static_cast<RenderEnvironment&>(call.environment); }

[[noreturn]] void fail_with_payload(std::string_view message) {
  Call::fail(fmt::format("{}{}{}", kPayloadStart, message, kPayloadEnd));
}

Value include(Call& call) { return environment(call).include(call); }
Value tpl(Call& call) { return environment(call).tpl(call); }

Value required(Call& call) {
  const Value value = call[1];
  if (value.is_nothing() || (value.is_string() && value.as_text().empty())) fail_with_payload(call.text(0));
  return value;
}

Value fail(Call& call) { fail_with_payload(call.text(0)); }

// What Helm answers without a cluster.
Value lookup(Call& call) { return Value::map(&gotemplate::make_map(call.heap)); }

constexpr Function kFunctions[] = {
    {"include", "sa", include}, {"tpl", "sa", tpl},         {"required", "sa", required},
    {"fail", "s", fail},        {"lookup", "ssss", lookup},
};

}  // namespace

std::string without_no_value(std::string text) {
  constexpr std::string_view kNoValue = "<no value>";
  std::size_t found = text.find(kNoValue);
  if (found == std::string::npos) return text;
  std::string result;
  result.reserve(text.size());
  std::size_t start = 0;
  for (; found != std::string::npos; found = text.find(kNoValue, start)) {
    result.append(text, start, found - start);
    start = found + kNoValue.size();
  }
  return result.append(text, start);
}

Value RenderEnvironment::include(Call& call) {
  const std::string_view name = call.text(0);
  auto active = active_.find(name);
  if (active == active_.end()) active = active_.emplace(std::string(name), 0).first;
  if (active->second > kMaxNested) {
    Call::fail(fmt::format("rendering template has a nested reference name: {}: unable to execute template", name));
  }
  if (!templates_->find(name)) {
    Call::fail(fmt::format("template: no template {} associated with template {}", quote(name), quote(kTplName)));
  }
  ++active->second;
  std::string text;
  try {
    gotemplate::execute(*templates_, name, call[1], call.run, text);
  } catch (...) {
    --active->second;
    throw;
  }
  --active->second;
  return call.make(text);
}

const RenderEnvironment::Parsed& RenderEnvironment::parse(std::string_view text, gotemplate::Heap& heap) {
  std::pair key(templates_, std::string(text));
  const auto found = parsed_.find(key);
  if (found != parsed_.end()) return *found->second;
  // What is kept counts as the rendering's memory, lest a template make up texts without end.
  static_cast<void>(heap.allocate(kParsedOverhead + text.size() * kTreeBytesPerByte));
  auto parsed = std::make_unique<Parsed>(*templates_);
  const auto trees = gotemplate::parse(kTplName, key.second, helm_functions());
  parsed->set.add(trees);
  parsed->main = trees.back();
  return *parsed_.emplace(std::move(key), std::move(parsed)).first->second;
}

Value RenderEnvironment::tpl(Call& call) {
  const std::string_view text = call.text(0);
  const Parsed* parsed = nullptr;
  try {
    parsed = &parse(text, call.heap);
  } catch (const ParseError& error) {
    Call::fail(fmt::format("cannot parse template {}: {}", quote(text), error.what()));
  }
  return call.make(without_no_value(execute_tpl(*parsed, text, call)));
}

// What is defined inside is visible inside only, to nested includes and tpls too.
std::string RenderEnvironment::execute_tpl(const Parsed& parsed, std::string_view text, Call& call) {
  std::string result;
  const TemplateSet* outer = std::exchange(templates_, &parsed.set);
  try {
    gotemplate::execute(parsed.set, *parsed.main, call[1], call.run, result);
  } catch (const ExecError& error) {
    templates_ = outer;
    Call::fail(fmt::format("error during tpl function execution for {}: {}", quote(text), error.what()));
  } catch (...) {
    templates_ = outer;
    throw;
  }
  templates_ = outer;
  return result;
}

const FunctionMap& helm_functions() {
  static const FunctionMap functions = [] {
    FunctionMap result = sprig_functions();
    result.add(kFunctions);
    return result;
  }();
  return functions;
}

}  // namespace kyma::helm
