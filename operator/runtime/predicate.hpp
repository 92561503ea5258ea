// Which changes of an object wake a controller. A predicate sees the object before and after; adds and deletes always
// pass.
#pragma once

#include <functional>

#include "operator/runtime/store.hpp"

namespace kyma::runtime {

template <class T>
using Predicate = std::function<bool(const T& before, const T& after)>;

// The spec changed (status writes do not count), or deletion began.
template <class T>
Predicate<T> generation_changed() {
  return [](const T& before, const T& after) {
    return before.metadata.generation != after.metadata.generation || before.metadata.uid != after.metadata.uid ||
           before.metadata.deleting() != after.metadata.deleting();
  };
}

template <class T>
Predicate<T> resource_version_changed() {
  return [](const T& before, const T& after) {
    return before.metadata.resource_version != after.metadata.resource_version;
  };
}

template <class T>
Predicate<T> labels_changed() {
  return [](const T& before, const T& after) { return before.metadata.labels != after.metadata.labels; };
}

template <class T>
Predicate<T> both(Predicate<T> a, Predicate<T> b) {
  return [a = std::move(a), b = std::move(b)](const T& x, const T& y) { return a(x, y) && b(x, y); };
}

template <class T>
Predicate<T> either(Predicate<T> a, Predicate<T> b) {
  return [a = std::move(a), b = std::move(b)](const T& x, const T& y) { return a(x, y) || b(x, y); };
}

template <class T>
Predicate<T> negate(Predicate<T> a) {
  return [a = std::move(a)](const T& x, const T& y) { return !a(x, y); };
}

}  // namespace kyma::runtime
