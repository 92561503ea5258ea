// Lets Catch2 print an Outcome of any value.
#pragma once

#include <catch2/catch_tostring.hpp>

#include "operator/kube/meta/error.hpp"

template <class T>
struct Catch::StringMaker<boost::system::result<T, kyma::kube::Error>> {
  static std::string convert(const boost::system::result<T, kyma::kube::Error>& outcome) {
    return outcome ? "a value" : outcome.error().describe();
  }
};
