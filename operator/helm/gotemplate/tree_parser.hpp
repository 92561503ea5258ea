// The recursive descent behind parse(): one parser per template of a file, all reading from the file's one lexer.
//
// It looks ahead exactly as far as Go's parser does: which of several mistakes is reported, and with which line,
// depends on it. Private to parser.cpp and pipeline_parser.cpp.
//
// Thread: one at a time. Lifetime: the file outlives its parsers.
#pragma once

#include <array>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "operator/helm/gotemplate/execute.hpp"
#include "operator/helm/gotemplate/function.hpp"
#include "operator/helm/gotemplate/lexer.hpp"
#include "operator/helm/gotemplate/node.hpp"

namespace kyma::gotemplate {

// What the parsers of a file's templates share.
struct ParsedFile {
  ParsedFile(std::shared_ptr<const SourceText> text, const FunctionMap& known)
      : source(std::move(text)),
        functions(known),
        lexer(source->text, known.find("break") == nullptr, known.find("continue") == nullptr) {}

  std::shared_ptr<const SourceText> source;
  const FunctionMap& functions;
  Lexer lexer;
  StackRoom stack = StackRoom::of_this_thread();
  std::vector<std::shared_ptr<Tree>> trees;
  std::unordered_map<std::string, std::size_t> index;  // of a name's tree
};

// Parses one template: the file's own, a define or a block, each with look-ahead and variables of its own.
class TreeParser {
 public:
  explicit TreeParser(ParsedFile& file) : file_(file) {}

  void parse_file(std::string name);

 private:
  // {{end}} and {{else}} close a list and are no nodes of the tree.
  struct Step {
    enum Kind { node, end, else_ } kind = node;
    NodePtr result = nullptr;
    std::size_t pos = 0;

    std::string_view text() const { return kind == end ? "{{end}}" : "{{else}}"; }
  };
  struct Block {
    ListPtr list;
    Step closing;
  };

  void parse_definition();
  void add_tree(std::string name, ListPtr root);

  Step text_or_action();
  Step action();
  Step loop_control(NodeType type, const Item& token);
  Step else_control();
  NodePtr branch(NodeType type);
  ListPtr else_list(NodeType type, const Step& opening);
  NodePtr block_control();
  NodePtr template_control();
  std::string template_name(const Item& token, std::string_view context);
  Block item_list();

  PipePtr pipeline(std::string_view context, ItemType end);
  void declarations(PipeNode& pipe, std::string_view context);
  void declare(PipeNode& pipe, const Item& variable);
  void check_pipeline(const PipeNode& pipe, std::string_view context);
  std::unique_ptr<CommandNode> command();
  NodePtr operand();
  NodePtr term();
  NodePtr function(const Item& token);
  NodePtr variable(const Item& token);
  NodePtr number(const Item& token);
  std::string unquoted(const Item& token);

  // The tokens: up to three may be put back.
  Item next();
  Item peek();
  Item next_non_space();
  Item peek_non_space();
  void back() { ++put_back_; }
  void back2(const Item& first) {
    tokens_[1] = first;
    put_back_ = 2;
  }
  void back3(const Item& first, const Item& second) {
    tokens_[1] = second;
    tokens_[2] = first;
    put_back_ = 3;
  }
  Item expect(ItemType type, std::string_view context);

  [[noreturn]] void unexpected(const Item& token, std::string_view context);
  // The message is a format of Go's, as is the file's name in front of it.
  [[noreturn]] void fail(std::string_view format, std::initializer_list<std::string_view> args = {});
  void check_stack() {
    constexpr std::size_t kReserve = std::size_t{128} << 10;
    if (!file_.stack.has(kReserve)) fail("actions nest too deeply for the stack");
  }

  ParsedFile& file_;
  std::array<Item, 3> tokens_{};  // [0] is the youngest
  std::size_t put_back_ = 0;
  std::vector<std::string_view> variables_{"$"};
  int action_line_ = 0;  // where the present action starts; 0: outside
  int range_depth_ = 0;
};

}  // namespace kyma::gotemplate
