// The syntax tree of one template, as Go's text/template/parse has it, so that errors can name an action by its
// canonical text.
//
// Built once by the parser, immutable afterwards, so that any thread may execute it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "operator/helm/gotemplate/function.hpp"

namespace kyma::gotemplate {

enum class NodeType : std::uint8_t {
  text,
  action,
  boolean,
  chain,
  command,
  dot,
  field,
  identifier,
  if_,
  list,
  nil,
  number,
  pipe,
  range,
  string,
  template_,
  variable,
  with,
  break_,
  continue_,
};

// A position is a byte offset into the file's text.
struct Node {
  Node(NodeType node_type, std::size_t position) : type(node_type), pos(position) {}
  virtual ~Node() = default;
  // The canonical source text of the node (Go's String()).
  virtual void print(std::string& out) const = 0;
  std::string str() const;

  NodeType type;
  std::size_t pos;
};
using NodePtr = std::unique_ptr<Node>;

struct ListNode final : Node {
  explicit ListNode(std::size_t p) : Node(NodeType::list, p) {}
  void print(std::string& out) const override;
  std::vector<NodePtr> nodes;
};

struct TextNode final : Node {
  TextNode(std::size_t p, std::string_view t) : Node(NodeType::text, p), text(t) {}
  void print(std::string& out) const override;
  std::string_view text;  // of the file's text, trimmed
};

struct BoolNode final : Node {
  BoolNode(std::size_t p, bool v) : Node(NodeType::boolean, p), value(v) {}
  void print(std::string& out) const override;
  bool value;
};

struct DotNode final : Node {
  explicit DotNode(std::size_t p) : Node(NodeType::dot, p) {}
  void print(std::string& out) const override;
};

struct NilNode final : Node {
  explicit NilNode(std::size_t p) : Node(NodeType::nil, p) {}
  void print(std::string& out) const override;
};

// A constant, with every reading that it allows: `1` is an int, an unsigned, a float and a complex number.
struct NumberNode final : Node {
  explicit NumberNode(std::size_t p) : Node(NodeType::number, p) {}
  void print(std::string& out) const override;
  bool is_int = false;
  bool is_uint = false;
  bool is_float = false;
  bool is_complex = false;
  std::int64_t int_value = 0;
  std::uint64_t uint_value = 0;
  double float_value = 0;
  double imaginary = 0;  // the complex value is float_value + imaginary i
  std::string text;      // as written
};

struct StringNode final : Node {
  StringNode(std::size_t p, std::string q, std::string t)
      : Node(NodeType::string, p), quoted(std::move(q)), text(std::move(t)) {}
  void print(std::string& out) const override;
  std::string quoted;  // as written
  std::string text;    // what it says
};

// A function's name.
struct IdentifierNode final : Node {
  IdentifierNode(std::size_t p, std::string n, const Function* f)
      : Node(NodeType::identifier, p), name(std::move(n)), function(f) {}
  void print(std::string& out) const override;
  std::string name;
  const Function* function;
};

struct VariableNode final : Node {
  VariableNode(std::size_t p, std::vector<std::string> i) : Node(NodeType::variable, p), idents(std::move(i)) {}
  void print(std::string& out) const override;
  std::vector<std::string> idents;  // "$x", then its fields
};

// .A.B
struct FieldNode final : Node {
  FieldNode(std::size_t p, std::vector<std::string> i) : Node(NodeType::field, p), idents(std::move(i)) {}
  void print(std::string& out) const override;
  std::vector<std::string> idents;  // without dots
};

// (...).A.B
struct ChainNode final : Node {
  ChainNode(std::size_t p, NodePtr n) : Node(NodeType::chain, p), node(std::move(n)) {}
  void print(std::string& out) const override;
  NodePtr node;
  std::vector<std::string> fields;
};

struct CommandNode final : Node {
  explicit CommandNode(std::size_t p) : Node(NodeType::command, p) {}
  void print(std::string& out) const override;
  std::vector<NodePtr> args;  // the first is what is called, or the value itself
};

struct PipeNode final : Node {
  explicit PipeNode(std::size_t p) : Node(NodeType::pipe, p) {}
  void print(std::string& out) const override;
  bool is_assign = false;  // `=`, not `:=`
  std::vector<std::unique_ptr<VariableNode>> declarations;
  std::vector<std::unique_ptr<CommandNode>> commands;
};
using PipePtr = std::unique_ptr<PipeNode>;
using ListPtr = std::unique_ptr<ListNode>;

struct ActionNode final : Node {
  ActionNode(std::size_t p, PipePtr pi) : Node(NodeType::action, p), pipe(std::move(pi)) {}
  void print(std::string& out) const override;
  PipePtr pipe;
};

// if, range and with.
struct BranchNode final : Node {
  BranchNode(NodeType t, std::size_t p) : Node(t, p) {}
  void print(std::string& out) const override;
  PipePtr pipe;
  ListPtr body;
  ListPtr else_body;  // null: none
};

struct TemplateNode final : Node {
  TemplateNode(std::size_t p, std::string n, PipePtr pi)
      : Node(NodeType::template_, p), name(std::move(n)), pipe(std::move(pi)) {}
  void print(std::string& out) const override;
  std::string name;
  PipePtr pipe;  // null: none
};

struct BreakNode final : Node {
  explicit BreakNode(std::size_t p) : Node(NodeType::break_, p) {}
  void print(std::string& out) const override;
};

struct ContinueNode final : Node {
  explicit ContinueNode(std::size_t p) : Node(NodeType::continue_, p) {}
  void print(std::string& out) const override;
};

// A file's text, which the nodes of all its templates point into.
struct SourceText {
  std::string name;  // of the file, as errors name it
  std::string text;
};

// One template: a file's main text or a `define` in it.
struct Tree {
  std::string name;
  std::shared_ptr<const SourceText> source;
  ListPtr root;

  // Whitespace and comments only: such a body never replaces another (Go's IsEmptyTree).
  bool is_empty() const;
  // "FILE:LINE:COLUMN" of a node, as errors give it: lines from 1, columns in bytes from 0.
  std::string location(const Node& node) const;
};

}  // namespace kyma::gotemplate
