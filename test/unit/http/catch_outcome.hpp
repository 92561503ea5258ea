// Lets Catch2 print an Outcome of any value.
#pragma once

#include <catch2/catch_tostring.hpp>

#include "operator/http/error.hpp"

template <class T>
struct Catch::StringMaker<boost::system::result<T, kyma::http::Error>> {
  static std::string convert(const boost::system::result<T, kyma::http::Error>& outcome) {
    return outcome ? "a value" : outcome.error().describe();
  }
};
