// The objects of one table: sorted by key for lists, and found by key without walking a tree of 100,000 strings.
// Thread: confined to one.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "operator/apiserver/stored_object.hpp"

namespace kyma::apiserver {

class ObjectRows {
 public:
  using Row = std::map<std::string, ObjectPtr, std::less<>>::iterator;

  ObjectRows() = default;
  ObjectRows(const ObjectRows&) = delete;
  ObjectRows& operator=(const ObjectRows&) = delete;

  std::size_t size() const noexcept { return rows_.size(); }
  // Null when there is none.
  ObjectPtr get(std::string_view key) const;
  // The row's place, which insertions and other removals leave valid.
  bool find(std::string_view key, Row& row) const;
  // There must be none of that key.
  void insert(std::string key, ObjectPtr object);
  void erase(Row row);
  // Inserts, replaces, or removes (null).
  void set(const std::string& key, ObjectPtr object);

  // Appends up to `limit` objects behind the key `after` (empty: from the beginning). False: that was the last of them.
  bool scan(std::string_view name_space, std::string_view after, std::size_t limit,
            std::vector<ObjectPtr>& objects) const;
  // All at once.
  std::vector<ObjectPtr> list(std::string_view name_space) const;

 private:
  std::map<std::string, ObjectPtr, std::less<>> rows_;
  std::unordered_map<std::string_view, Row> index_;  // keys are views of those in rows_
};

}  // namespace kyma::apiserver
