#include "operator/http/parser.hpp"

#include <catch2/catch_test_macros.hpp>

#include <random>
#include <string>
#include <vector>

namespace kyma::http {
namespace {

struct Parsed {
  Request request;
  ParseFailure failure = ParseFailure::none;
  bool done = false;
  std::size_t taken = 0;
};

// Feeds the text in pieces that end at `cuts`.
Parsed parse_request(std::string text, const std::vector<std::size_t>& cuts, ParseLimits limits = {}) {
  Parsed result;
  auto parser = make_request_parser();
  parser->start(result.request, limits);
  std::size_t begin = 0;
  for (std::size_t end : cuts) {
    while (begin < end && !parser->done() && parser->failure() == ParseFailure::none) {
      const std::size_t taken = parser->put({text.data() + begin, end - begin});
      if (taken == 0) break;
      begin += taken;
    }
  }
  result.failure = parser->failure();
  result.done = parser->done();
  result.taken = begin;
  return result;
}

const std::string kChunked =
    "PATCH /a?b=c HTTP/1.1\r\nHost: x\r\nA: 1\r\nA: 2\r\nFolded: a\r\n b\r\nTransfer-Encoding: chunked\r\n\r\n"
    "5\r\nhello\r\n6;name=\"v\"\r\n world\r\n0\r\nTrailer: t\r\n\r\n";
const std::string kSized = "PUT /x HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\nhello world";

TEST_CASE("A request parses the same however it is split", "[http][parser]") {
  std::mt19937 random(7);
  for (const std::string& text : {kChunked, kSized}) {
    const Parsed whole = parse_request(text, {text.size()});
    REQUIRE(whole.done);
    CHECK(whole.request.body == "hello world");
    CHECK(whole.taken == text.size());
    std::vector<std::vector<std::size_t>> all_cuts;
    for (std::size_t cut = 1; cut < text.size(); ++cut) all_cuts.push_back({cut, text.size()});
    std::vector<std::size_t> bytewise;
    for (std::size_t i = 1; i <= text.size(); ++i) bytewise.push_back(i);
    all_cuts.push_back(bytewise);
    for (int round = 0; round < 500; ++round) {
      std::vector<std::size_t> cuts{text.size()};
      for (int i = 0; i < 6; ++i) cuts.push_back(1 + random() % text.size());
      std::sort(cuts.begin(), cuts.end());
      all_cuts.push_back(cuts);
    }
    for (const auto& cuts : all_cuts) {
      const Parsed split = parse_request(text, cuts);
      REQUIRE(split.done);
      REQUIRE(split.request.method == whole.request.method);
      REQUIRE(split.request.target == whole.request.target);
      REQUIRE(split.request.body == whole.request.body);
      REQUIRE(std::equal(split.request.headers.begin(), split.request.headers.end(), whole.request.headers.begin(),
                         whole.request.headers.end()));
    }
  }
}

TEST_CASE("Parsing keeps fields in order and drops trailers", "[http][parser]") {
  const Parsed parsed = parse_request(kChunked, {kChunked.size()});
  CHECK(parsed.request.method == "PATCH");
  CHECK(parsed.request.target == "/a?b=c");
  const std::vector<Headers::Field> expected{
      {"Host", "x"}, {"A", "1"}, {"A", "2"}, {"Folded", "a b"}, {"Transfer-Encoding", "chunked"}};
  CHECK(std::vector<Headers::Field>(parsed.request.headers.begin(), parsed.request.headers.end()) == expected);
}

TEST_CASE("Nothing beyond the message is taken", "[http][parser]") {
  for (const std::string& text : {kChunked, kSized}) {
    const std::string two = text + text;
    CHECK(parse_request(two, {two.size()}).taken == text.size());
  }
}

TEST_CASE("Limits hold exactly", "[http][parser]") {
  const auto with_body = [](std::uint64_t limit) {
    return parse_request(kSized, {kSized.size()}, {.max_body_bytes = limit}).failure;
  };
  CHECK(with_body(11) == ParseFailure::none);
  CHECK(with_body(10) == ParseFailure::body_too_large);
  const auto chunked = [](std::uint64_t limit) {
    return parse_request(kChunked, {kChunked.size()}, {.max_body_bytes = limit}).failure;
  };
  CHECK(chunked(11) == ParseFailure::none);
  CHECK(chunked(10) == ParseFailure::body_too_large);
  // Byte by byte no single read ever holds the whole head.
  std::vector<std::size_t> bytewise;
  for (std::size_t i = 1; i <= kChunked.size(); ++i) bytewise.push_back(i);
  CHECK(parse_request(kChunked, bytewise, {.max_header_bytes = 200}).failure == ParseFailure::none);
  CHECK(parse_request(kChunked, bytewise, {.max_header_bytes = 60}).failure == ParseFailure::header_too_large);
}

TEST_CASE("A request's body that is mostly framing is refused", "[http][parser]") {
  const std::string head = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  const auto in_chunks = [&](std::size_t count, const std::string& chunk) {
    std::string text = head;
    for (std::size_t i = 0; i < count; ++i) text += chunk;
    return parse_request(text + "0\r\n\r\n", {text.size() + 5});
  };
  CHECK(in_chunks(10'000, "1\r\nx\r\n").done);
  CHECK(in_chunks(20'000, "1\r\nx\r\n").failure == ParseFailure::malformed);
  CHECK(in_chunks(100'000, "5\r\nhello\r\n").done);
  CHECK(in_chunks(1, "5;" + std::string(10'000, 'e') + "\r\nhello\r\n").done);
  CHECK(in_chunks(10, "5;" + std::string(10'000, 'e') + "\r\nhello\r\n").failure == ParseFailure::malformed);
}

TEST_CASE("A body left in place is closed up to one piece", "[http][parser]") {
  auto parser = make_response_parser();
  ResponseHead head;
  parser->start(head, nullptr, false, {});
  std::string text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n1\r\nh";
  std::size_t taken = parser->put({text.data(), text.size()});
  REQUIRE(parser->head_done());
  CHECK(parser->piece().empty());
  taken += parser->put({text.data() + taken, text.size() - taken});
  CHECK(parser->piece() == "abcdefgh");
  std::string rest = text.substr(taken) + "\r\n0\r\n\r\n";
  CHECK(parser->put({rest.data(), rest.size()}) == rest.size());
  CHECK(parser->piece().empty());
  CHECK(parser->done());
  CHECK(parser->keep_alive());
}

TEST_CASE("A response body may last until the connection ends", "[http][parser]") {
  auto parser = make_response_parser();
  ResponseHead head;
  std::string body;
  parser->start(head, &body, false, {});
  std::string text = "HTTP/1.0 200 OK\r\n\r\nabc";
  std::size_t taken = parser->put({text.data(), text.size()});
  parser->put({text.data() + taken, text.size() - taken});
  CHECK_FALSE(parser->done());
  parser->put_end();
  CHECK(parser->done());
  CHECK(body == "abc");
  CHECK_FALSE(parser->keep_alive());
}

TEST_CASE("An end in the middle of a message is a failure", "[http][parser]") {
  for (std::string text : {"", "HTTP/1.1 200 OK\r\nContent", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc",
                           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"}) {
    auto parser = make_response_parser();
    ResponseHead head;
    std::string body;
    parser->start(head, &body, false, {});
    std::size_t taken = 0;
    for (int i = 0; i < 3 && taken < text.size(); ++i) taken += parser->put({text.data() + taken, text.size() - taken});
    parser->put_end();
    CHECK(parser->failure() == ParseFailure::malformed);
    CHECK_FALSE(parser->done());
  }
}

}  // namespace
}  // namespace kyma::http
