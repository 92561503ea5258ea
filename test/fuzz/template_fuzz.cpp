// Any bytes as a template: parsed, and executed with everything that a Helm template may call.
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "operator/helm/formats/yaml.hpp"
#include "operator/helm/gotemplate/execute.hpp"
#include "operator/helm/gotemplate/parser.hpp"
#include "operator/helm/render_functions.hpp"

namespace {

using namespace kyma;

constexpr std::string_view kValues = R"(
n: 3
s: hello
f: 1.5
list: [b, a, c]
map: {b: 2, a: one, nested: {x: y}}
nul: null
)";

// What takes its time on purpose would only slow the search down.
const std::set<std::string_view> kSlow = {
    "genCA",  "genCAWithKey", "genSelfSignedCert", "genSignedCert",       "genPrivateKey", "genSelfSignedCertWithKey",
    "bcrypt", "htpasswd",     "derivePassword",    "genSignedCertWithKey"};

bool mentions_slow(std::string_view text) {
  for (const std::string_view name : kSlow) {
    if (text.find(name) != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (mentions_slow(text)) return 0;
  gotemplate::Heap heap(std::size_t{16} << 20);
  gotemplate::Environment outside;
  gotemplate::TemplateSet set;
  helm::RenderEnvironment environment(outside, set);
  gotemplate::Limits limits;
  limits.max_steps = 20'000;
  limits.max_output = std::size_t{1} << 20;
  limits.max_template_depth = 100;
  try {
    set.add(gotemplate::parse("fuzz", text, helm::helm_functions()));
    gotemplate::Run run(heap, environment, limits);
    std::string out;
    gotemplate::execute(set, "fuzz", helm::from_yaml(kValues, heap), run, out);
  } catch (const std::exception&) {
    // A clear refusal is a good answer.
  }
  return 0;
}
