// Values as tables: the merging and the lookups of Helm's chartutil, on maps that live in a heap.
//
// "Table" is Helm's word for a map[string]interface {}. Nothing here copies a table but where it says so: what is
// merged into another one is shared with it afterwards, as in Helm, where it can be seen. Keys and texts are always
// shared, so the heaps that they come from must outlive the result.
#pragma once

#include <string>
#include <string_view>

#include "operator/helm/chart/dependencies.hpp"
#include "operator/helm/gotemplate/value.hpp"

namespace kyma::helm {

inline bool is_table(Value value) noexcept { return value.is_map(); }

// "a.b", or "b" if there is no a.
std::string join_path(std::string_view path, std::string_view key);

class TableMerger {
 public:
  TableMerger(Heap& heap, Warnings& warnings) : heap_(heap), warnings_(warnings) {}

  // Fills `into` with what `from` has besides. A null in `into` deletes the entry of `from`, and itself; with
  // `keep_nulls` it stays. `path` is for warnings.
  void fill(Value into, Value from, const std::string& path, bool keep_nulls) {
    fill(into, from, path, {keep_nulls, false}, 0);
  }
  // The same for tables that may have others in common, even contain each other: nulls stay, and what comes to `from`
  // on the way is not looked at.
  void fill_shared(Value into, Value from) { fill(into, from, "", {true, true}, 0); }
  // What `parent` has under `global` is copied to `child`: the parent's values win.
  void copy_globals(Value child, Value parent, const std::string& path);

  Heap& heap() const noexcept { return heap_; }
  void warn(std::string text) { warnings_.push_back(std::move(text)); }

 private:
  struct Mode {
    bool keep_nulls;
    bool shared;
  };
  void fill(Value into, Value from, const std::string& path, Mode mode, int depth);
  void fill_entry(gotemplate::Map& into, std::string_view key, Value value, const std::string& path, Mode mode,
                  int depth);

  Heap& heap_;
  Warnings& warnings_;
};

// A lookup of "a.b.c". `missing`: the element that is no table.
struct TableLookup {
  Value table;  // invalid if there is none
  std::string missing;
};
TableLookup find_table(Value root, std::string_view path);
// The value at "a.b.c" that is no table; invalid if there is none.
Value find_value(Value root, std::string_view path);

}  // namespace kyma::helm
