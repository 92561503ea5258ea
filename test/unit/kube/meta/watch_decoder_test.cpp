#include "operator/kube/meta/watch_decoder.hpp"

#include <catch2/catch_test_macros.hpp>

#include <random>

namespace {

using namespace kyma::kube;

struct Decoded {
  std::vector<std::string> events;
  std::string error;
  bool at_boundary = true;
};

Decoded decode(const std::vector<std::string_view>& pieces, std::size_t limit = 1024) {
  Decoded result;
  WatchDecoder decoder(
      [&](const WatchEvent& event) {
        result.events.push_back(std::string(to_string(event.type)) + " " + std::string(event.object));
      },
      limit);
  for (const auto piece : pieces) {
    const std::vector<char> exact(piece.begin(), piece.end());
    if (const auto fed = decoder.feed({exact.data(), exact.size()}); !fed) {
      CHECK(fed.error().reason == Reason::decode);
      result.error = fed.error().message;
      return result;
    }
  }
  result.at_boundary = decoder.at_boundary();
  return result;
}

const std::string kStream = R"({"type":"ADDED","object":{"kind":"Kyma","a":"x\ny"}})"
                            "\n"
                            R"({"object": {"b":[1, 2]} , "type":"MODIFIED","extra":[]})"
                            "\r\n\n"
                            R"({"type":"DELETED","object":{}})"
                            "\n"
                            R"({"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"9"}}})"
                            "\n"
                            R"({"type":"ERROR","object":{"kind":"Status","code":410}})"
                            "\n";

const std::vector<std::string> kEvents{R"(ADDED {"kind":"Kyma","a":"x\ny"})", R"(MODIFIED {"b":[1, 2]})", "DELETED {}",
                                       R"(BOOKMARK {"metadata":{"resourceVersion":"9"}})",
                                       R"(ERROR {"kind":"Status","code":410})"};

}  // namespace

TEST_CASE("WatchDecoder hands over each event with its object's text", "[kube][watch_decoder]") {
  const Decoded decoded = decode({kStream});
  CHECK(decoded.error.empty());
  CHECK(decoded.events == kEvents);
  CHECK(decoded.at_boundary);
}

TEST_CASE("WatchDecoder does not care where the pieces are cut", "[kube][watch_decoder]") {
  const std::string_view text = kStream;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    for (std::size_t j = i; j <= text.size(); j += 3) {
      if (decode({text.substr(0, i), text.substr(i, j - i), text.substr(j)}).events != kEvents) FAIL(i << " " << j);
    }
  }
  std::vector<std::string_view> bytes;
  for (std::size_t i = 0; i < text.size(); ++i) bytes.push_back(text.substr(i, 1));
  CHECK(decode(bytes).events == kEvents);
}

TEST_CASE("WatchDecoder knows when the stream may end", "[kube][watch_decoder]") {
  CHECK(decode({}).at_boundary);
  CHECK_FALSE(decode({std::string_view(kStream).substr(0, 10)}).at_boundary);
}

TEST_CASE("WatchDecoder refuses what is no event", "[kube][watch_decoder]") {
  for (const char* line :
       {"x", "[]", "null", "{}", R"({"type":"ADDED"})", R"({"object":{}})", R"({"type":"WHAT","object":{}})",
        R"({"type":1,"object":{}})", R"({"type":"ADDED","object":{}} {})", R"({"type":"ADDED","object":{"a":}})",
        R"({"type":"ADDED","object":null})", "\"\xff\""}) {
    INFO(line);
    CHECK_FALSE(decode({std::string(line) + "\n"}).error.empty());
  }
  CHECK(decode({"{\"type\":\"WHAT\",\"object\":{}}\n"}).error == R"(no watch event: its type is "WHAT")");
}

TEST_CASE("WatchDecoder bounds an event that does not end", "[kube][watch_decoder]") {
  WatchDecoder decoder([](const WatchEvent&) {}, 1024);
  bool refused = false;
  for (int i = 0; i < 10 && !refused; ++i) refused = !decoder.feed(std::string(200, 'x'));
  CHECK(refused);
  CHECK_FALSE(decode({std::string(2000, ' ') + "\n"}).error.empty());
}

TEST_CASE("WatchDecoder survives damaged streams", "[kube][watch_decoder]") {
  std::mt19937 random(5);
  for (int round = 0; round < 5'000; ++round) {
    std::string text = kStream;
    for (auto edits = 1 + random() % 4; edits > 0; --edits) text[random() % text.size()] = static_cast<char>(random());
    const auto cut = random() % text.size();
    REQUIRE(decode({std::string_view(text).substr(0, cut), std::string_view(text).substr(cut)}).events ==
            decode({text}).events);
  }
}
