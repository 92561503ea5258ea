#include "cmd/kyma-operator/options.hpp"

#include <catch2/catch_test_macros.hpp>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

using namespace kyma;
using namespace kyma::cmd;

namespace {

// The exit code, if the program should end, and the options.
struct Parsed {
  std::optional<int> code;
  Options options;
};

Parsed parse(std::vector<const char*> arguments) {
  for (const char* argument : {"charts", "--charts-dir", "kyma-operator"}) {
    arguments.insert(arguments.begin(), argument);
  }
  Parsed parsed;
  parsed.code = parse_options(static_cast<int>(arguments.size()), arguments.data(), parsed.options);
  return parsed;
}

class ConfigFile {
 public:
  explicit ConfigFile(const std::string& text)
      : path_((std::filesystem::temp_directory_path() / "kyma-operator-options-test.yaml").string()) {
    std::ofstream(path_) << text;
  }
  ~ConfigFile() { std::filesystem::remove(path_); }
  const char* path() const { return path_.c_str(); }

 private:
  std::string path_;
};

}  // namespace

TEST_CASE("The flag --qps is a number or auto", "[daemon][options]") {
  const auto fixed = parse({"--qps", "12.5", "--burst", "20"});
  REQUIRE_FALSE(fixed.code);
  CHECK_FALSE(fixed.options.adaptive_qps);
  CHECK(fixed.options.qps == 12.5);
  CHECK(fixed.options.burst == 20);

  const auto unlimited = parse({"--qps=0"});
  REQUIRE_FALSE(unlimited.code);
  CHECK_FALSE(unlimited.options.adaptive_qps);
  CHECK(unlimited.options.qps == 0);

  const auto found = parse({"--qps=auto"});
  REQUIRE_FALSE(found.code);
  CHECK(found.options.adaptive_qps);

  for (const char* wrong : {"", "fast", "Auto", "1e", "10 ", "nan", "inf", "1e999", "0x10"}) {
    CAPTURE(wrong);
    CHECK(parse({"--qps", wrong}).code == 1);
  }
}

TEST_CASE("The flag --burst goes with a fixed rate only", "[daemon][options]") {
  CHECK(parse({"--qps=auto", "--burst", "20"}).code == 1);
  const ConfigFile file("qps: auto\nburst: 20\n");
  CHECK(parse({"--config", file.path()}).code == 1);
}

TEST_CASE("The file may say auto, and a flag wins over it", "[daemon][options]") {
  const ConfigFile file("qps: auto\n");
  const auto from_file = parse({"--config", file.path()});
  REQUIRE_FALSE(from_file.code);
  CHECK(from_file.options.adaptive_qps);
  const auto from_flag = parse({"--config", file.path(), "--qps", "30"});
  REQUIRE_FALSE(from_flag.code);
  CHECK_FALSE(from_flag.options.adaptive_qps);
  CHECK(from_flag.options.qps == 30);
}

TEST_CASE("Secured metrics take their certificate from a directory, or make one", "[daemon][options]") {
  const auto self_signed = parse({"--metrics-secure"});
  REQUIRE_FALSE(self_signed.code);
  CHECK(self_signed.options.metrics_secure);
  CHECK(self_signed.options.metrics_cert_path.empty());

  const auto files = parse({"--metrics-secure", "--metrics-cert-path=/certs", "--metrics-cert-key=own.key"});
  REQUIRE_FALSE(files.code);
  CHECK(files.options.metrics_cert_path == "/certs");
  CHECK(files.options.metrics_cert_name == "tls.crt");
  CHECK(files.options.metrics_cert_key == "own.key");

  const ConfigFile config("metrics-secure: true\nmetrics-cert-path: /certs\n");
  const auto configured = parse({"--config", config.path()});
  REQUIRE_FALSE(configured.code);
  CHECK(configured.options.metrics_secure);
  CHECK(configured.options.metrics_cert_path == "/certs");

  CHECK_FALSE(parse({}).options.metrics_secure);
  CHECK(parse({"--metrics-cert-path=/certs"}).code == 1);
  CHECK(parse({"--metrics-secure", "--metrics-cert-name=a.crt"}).code == 1);
}
