#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <array>

#include "operator/helm/gotemplate/function.hpp"
#include "operator/helm/gotemplate/parameter.hpp"

namespace kyma::gotemplate {
namespace {

Value one(Call&) { return Value::integer(1); }
Value two(Call&) { return Value::integer(2); }

TEST_CASE("Of two functions of one name the later one is found", "[helm][gotemplate]") {
  static constexpr Function kEarlier[] = {{"b", "", &one}, {"a", "", &one}};
  static constexpr Function kLater[] = {{"a", "", &two}};
  const FunctionMap map{kEarlier, kLater};
  REQUIRE(map.find("a"));
  CHECK(map.find("a")->native == &two);
  CHECK(map.find("b")->native == &one);
  CHECK_FALSE(map.find("c"));
  CHECK(map.names() == std::vector<std::string_view>{"a", "b"});
}

TEST_CASE("A signature tells required arguments from the variadic ones", "[helm][gotemplate]") {
  const Signature fixed("si");
  CHECK(fixed.required() == 2);
  CHECK_FALSE(fixed.is_variadic());
  const Signature variadic("sa*");
  CHECK(variadic.required() == 1);
  CHECK(variadic.is_variadic());
  CHECK(variadic[0] == 's');
  CHECK(variadic[1] == 'a');
  CHECK(variadic[7] == 'a');
  CHECK(Signature("").required() == 0);
}

TEST_CASE("Only a list of the very type is assignable to a list parameter", "[helm][gotemplate]") {
  Heap heap;
  const Value strings = make_string_list(heap, {"a"});
  CHECK(is_assignable(strings, 'S'));
  CHECK_FALSE(is_assignable(strings, 'L'));
  CHECK(is_assignable(strings, 'a'));
  CHECK_FALSE(is_assignable(Value::int64(1), 'i'));
  CHECK_FALSE(is_assignable(Value::nil(), 'm'));
  CHECK(nil_of('m', heap).as_map().is_nil);
  CHECK(nil_of('S', heap).as_list().is_nil);
}

TEST_CASE("An environment's random bytes are not all alike", "[helm][gotemplate]") {
  Environment environment;
  std::array<unsigned char, 64> first{};
  std::array<unsigned char, 64> second{};
  environment.random(first);
  environment.random(second);
  CHECK(first != second);
  CHECK(std::any_of(first.begin(), first.end(), [](unsigned char byte) { return byte != 0; }));
}

TEST_CASE("A missing entry is the zero of the map's elements", "[helm][gotemplate]") {
  Heap heap;
  CHECK(make_map(heap, kStringMap).at("x", heap).as_text().empty());
  CHECK_FALSE(make_map(heap, kStringMap).at("x", heap).is_boxed());
  CHECK(make_map(heap).at("x", heap).is(Kind::nil));
  CHECK(make_map(heap).at("x", heap).is_boxed());
}

TEST_CASE("Comparing lists that share their parts ends", "[helm][gotemplate]") {
  Heap heap;
  const auto doubled = [&heap] {
    Value list = make_list(heap, {Value::integer(1)});
    for (int i = 0; i < 64; ++i) list = make_list(heap, {list, list});
    return list;
  };
  const Value a = doubled();
  CHECK(deep_equal(a, a));
  CHECK_THROWS_AS(deep_equal(a, doubled()), LimitExceeded);
}

}  // namespace
}  // namespace kyma::gotemplate
