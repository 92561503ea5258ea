#include <catch2/catch_test_macros.hpp>

#include "test/unit/helm/chart/scratch_charts.hpp"

using namespace kyma::helm;
using namespace kyma::helm::test;

TEST_CASE("An archive is loaded without the first element of its paths", "[helm][chart][archive]") {
  const auto chart = load_archive(archive({{"demo/Chart.yaml", kChartYaml},
                                           {"other/templates/a.yaml", "text"},
                                           {"demo/./b//c",
                                            "\xef\xbb\xbf"
                                            "bc"},
                                           {"/etc/x", "x"}}));
  REQUIRE(chart.has_value());
  CHECK((*chart)->templates.at(0).name == "templates/a.yaml");
  CHECK(file_names(**chart) == "b/c;etc/x;");
  CHECK((*chart)->files[0].data == "bc");
}

TEST_CASE("Links and devices in an archive are empty files, directories nothing", "[helm][chart][archive]") {
  const std::string entries = tar_entry("d/Chart.yaml", kChartYaml) + tar_entry("d/link", "", '2') +
                              tar_entry("d/hard", "", '1') + tar_entry("d/pipe", "", '6') +
                              tar_entry("d/dir/", "", '5');
  const auto chart = load_archive(gzip(entries + std::string(1024, '\0')));
  REQUIRE(chart.has_value());
  CHECK(file_names(**chart) == "link;hard;pipe;");
}

TEST_CASE("Archives from Windows have backslashes", "[helm][chart][archive]") {
  const auto chart = load_archive(archive({{"demo\\Chart.yaml", kChartYaml}, {"demo\\templates\\a.yaml", "text"}}));
  REQUIRE(chart.has_value());
  CHECK((*chart)->templates.at(0).name == "templates/a.yaml");
}

TEST_CASE("An archive names nothing outside of its own directory", "[helm][chart][archive]") {
  const auto error = [](const std::string& name) {
    return archive_error(archive({{"demo/Chart.yaml", kChartYaml}, {name, "x"}}));
  };
  CHECK(error("demo//etc/x") == "chart illegally contains absolute paths");
  CHECK(error("demo/../x") == "chart illegally references parent directory");
  CHECK(error("demo/b/../../x") == "chart illegally references parent directory");
  CHECK(error("demo/..x") == "chart illegally references parent directory");
  CHECK(error("demo\\..\\x") == "chart illegally references parent directory");
  CHECK(error("x") == R"(chart illegally contains content outside the base directory: "x")");
  CHECK(error("demo/b/..") == R"(chart illegally contains content outside the base directory: "demo/b/..")");
  CHECK(error("demo/c:/x") == "chart contains illegally named files");
  CHECK(error("Chart.yaml/x") == "chart yaml not in base directory");
}

TEST_CASE("Damaged archives are errors, but not what comes behind their end", "[helm][chart][archive]") {
  const std::string data = tar({{"demo/Chart.yaml", kChartYaml}, {"demo/a", "text"}});
  const std::string packed = gzip(data);
  CHECK(archive_error(packed) == "no error");
  CHECK(archive_error(packed + "garbage") == "no error");
  CHECK(archive_error(packed.substr(0, packed.size() - 6)) == "no error");
  CHECK(archive_error(gzip(data.substr(0, 1024)) + gzip(data.substr(1024))) == "no error");
  CHECK(archive_error(gzip(data.substr(0, 2048))) == "no error");
  CHECK(archive_error(packed.substr(0, 40)) == "unexpected EOF");
  CHECK(archive_error(packed.substr(0, 3)) == "unexpected EOF");
  CHECK(archive_error(gzip(data.substr(0, 1200))) == "unexpected EOF");
  CHECK(archive_error("") == "EOF");
  CHECK(archive_error("no archive at all") == "gzip: invalid header");
  CHECK(archive_error(gzip(std::string(2000, 'x'))) == "archive/tar: invalid tar header");
  CHECK(archive_error(gzip("")) == "no files in chart archive");
  CHECK(archive_error(gzip(std::string(1024, '\0'))) == "no files in chart archive");
}

TEST_CASE("An archive that grows beyond all bounds is stopped", "[helm][chart][archive]") {
  LoadLimits limits;
  limits.max_bytes = 1 << 20;
  limits.max_files = 10;
  CHECK(archive_error(archive({{"d/Chart.yaml", kChartYaml}, {"d/big", std::string(2 << 20, 'x')}}), limits) ==
        "the chart is larger than the maximum size 1048576");
  // A megabyte of zeros takes a kilobyte: what follows is never unpacked.
  std::string bomb = tar_entry("d/Chart.yaml", kChartYaml);
  for (int i = 0; i < 8; ++i) bomb += tar_entry("d/" + std::to_string(i), std::string(1 << 19, '\0'));
  CHECK(archive_error(gzip(bomb), limits) == "the chart is larger than the maximum size 1048576");
}

TEST_CASE("A file that is no archive is named with what it is", "[helm][chart][archive]") {
  const auto error = [](const std::string& name, const std::string& text) {
    const ScratchDirectory directory({{name, text}});
    std::string message = load_error(directory.path() / name);
    const std::size_t at = message.find(directory.path().string());
    if (at != std::string::npos) message.erase(at, directory.path().string().size() + 1);
    return message;
  };
  const auto long_text = [](const std::string& start) { return start + std::string(600, 'x'); };
  const std::string prefix = "file 'x.tgz' does not appear to be a gzipped archive; got ";
  CHECK(error("x.yaml", "a: b") == "file 'x.yaml' seems to be a YAML file, but expected a gzipped archive");
  CHECK(error("x.tgz", long_text("hello")) == prefix + "'text/plain; charset=utf-8'");
  CHECK(error("x.tgz", "hello") == prefix + "'application/octet-stream'");
  CHECK(error("x.tgz", long_text("  <!DOCTYPE html>")) == prefix + "'text/html; charset=utf-8'");
  CHECK(error("x.tgz", long_text("\n<?xml ")) == prefix + "'text/xml; charset=utf-8'");
  CHECK(error("x.tgz", long_text("PK\x03\x04")) == prefix + "'application/zip'");
  CHECK(error("x.tgz", long_text("\x89PNG\r\n\x1a\n")) == prefix + "'image/png'");
  CHECK(error("x.tgz", long_text(std::string("\0\0\0\x14"
                                             "ftypmp42\0\0\0\0mp42",
                                             20))) == prefix + "'video/mp4'");
  CHECK(error("x.tgz", std::string(34, 'x') + "LP" + std::string(600, 'x')) ==
        prefix + "'application/vnd.ms-fontobject'");
}
