// One step of a path to a field, as text: "f:NAME" a member of an object, "k:{KEYS}" an element of a list by its keys,
// "v:VALUE" an element of a set by its value, "i:INDEX" an element by its place.
//
// The text is the one of fieldsV1, made canonical (keys sorted, no spaces), so that two equal steps have equal texts
// and a step needs no type of its own. Source: FieldsV1 of Kubernetes' metav1. Thread: none needed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kyma::apiserver {

std::string member_step(std::string_view name);
// Of canonical texts, as json::canonical() gives them; the one of keys is an object.
std::string value_step(std::string_view value);
std::string keys_step(std::string_view keys);

// The name in a step to a member; nothing for steps of other sorts.
std::optional<std::string_view> member_name(std::string_view step) noexcept;

enum class StepSort {
  known,
  foreign,  // of a sort that a later Kubernetes may have: to be overlooked
  broken,
};
// Makes a step that a client sent canonical.
StepSort normalise_step(std::string_view text, std::string& step);

// As messages show it: .name, [name="web",port=80], [="x"], [3].
std::string printed_step(std::string_view step);

}  // namespace kyma::apiserver
