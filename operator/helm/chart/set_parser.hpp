// Helm's strvals: assignments such as "a.b[0]=c,d={1,2}" into a table.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "operator/helm/chart/user_values.hpp"
#include "operator/helm/gotemplate/execute.hpp"

namespace kyma::helm {

class SetParser {
 public:
  // What becomes of the text of a value.
  using Reader = std::function<Value(const std::string&)>;

  SetParser(std::string_view text, SetMode mode, Heap& heap);
  // --set-file: values are names of files.
  SetParser(std::string_view text, Reader reader, Heap& heap);

  // Throws ChartFailure with Helm's message.
  void run(Value destination);

 private:
  enum class End { none, of_text };
  struct Token {
    std::string text;
    char stop = '\0';  // what ended it; 0: the text's end
  };

  Token until(std::string_view stops);
  std::string value_text();
  bool is_literal() const noexcept { return mode_ == SetMode::literal; }
  End key(gotemplate::Map& map, int level);
  End nested_key(gotemplate::Map& map, const std::string& name, int level);
  End list_key(gotemplate::Map& map, const std::string& name, int level);
  End key_value(gotemplate::Map& map, const std::string& name);
  std::int64_t index();
  End item(gotemplate::List& list, std::int64_t index, int level);
  End item_value(gotemplate::List& list, std::int64_t index);
  End nested_list(gotemplate::List& list, std::int64_t index, int level);
  End nested_item(gotemplate::List& list, std::int64_t index, int level);
  bool is_value_list();
  Value value_list();
  Value json_value();
  bool skip_blank_value();
  void set(gotemplate::Map& map, const std::string& name, Value value);
  void set(gotemplate::List& list, std::int64_t index, Value value);

  std::string text_;
  std::size_t at_ = 0;
  SetMode mode_;
  Reader reader_;
  Heap& heap_;
  gotemplate::StackRoom stack_ = gotemplate::StackRoom::of_this_thread();
};

}  // namespace kyma::helm
