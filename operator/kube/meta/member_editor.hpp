// Many changes to the members of one JSON object: by search where that is quick, through an index where every member
// searched for every change would be quadratic.
//
// Order is kept: what stays stays where it was, what is new comes last. Until finish(), the object itself is not to be
// used. Lifetime: within the object's. Thread: none needed.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "operator/kube/meta/json.hpp"

namespace kyma::kube {

class MemberEditor {
 public:
  // `changes`: how many are to come, about.
  MemberEditor(json::Value& object, std::size_t changes, json::Allocator& allocator);

  // The member, valid until the next call; null when there is none.
  json::Value* find(std::string_view key);
  // The same; a member that there was not is null at first.
  json::Value& find_or_add(std::string_view key);
  // All members of that name.
  void remove(std::string_view key);
  void finish();

 private:
  json::Value& object_;
  json::Allocator& allocator_;
  bool indexed_;
  std::unordered_map<std::string, rapidjson::SizeType> index_;  // keys are copies: members move when the object grows
  std::vector<bool> removed_;                                   // by position; taken out together by finish()
};

}  // namespace kyma::kube
