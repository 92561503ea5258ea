#include "operator/helm/gotemplate/node.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "operator/helm/gotemplate/format.hpp"
#include "operator/helm/gotemplate/unicode.hpp"

namespace kyma::gotemplate {
namespace {

// A pipeline inside a command is parenthesised.
void print_operand(const Node& node, std::string& out) {
  const bool parenthesised = node.type == NodeType::pipe;
  if (parenthesised) out.push_back('(');
  node.print(out);
  if (parenthesised) out.push_back(')');
}

std::string_view keyword(NodeType type) {
  switch (type) {
    case NodeType::if_: return "if";
    case NodeType::range: return "range";
    default: return "with";
  }
}

}  // namespace

std::string Node::str() const {
  std::string out;
  print(out);
  return out;
}

void ListNode::print(std::string& out) const {
  for (const NodePtr& node : nodes) node->print(out);
}

void TextNode::print(std::string& out) const { out.append(text); }
void BoolNode::print(std::string& out) const { out.append(value ? "true" : "false"); }
void DotNode::print(std::string& out) const { out.push_back('.'); }
void NilNode::print(std::string& out) const { out.append("nil"); }
void NumberNode::print(std::string& out) const { out.append(text); }
void StringNode::print(std::string& out) const { out.append(quoted); }
void IdentifierNode::print(std::string& out) const { out.append(name); }

void VariableNode::print(std::string& out) const {
  for (std::size_t i = 0; i < idents.size(); ++i) {
    if (i > 0) out.push_back('.');
    out.append(idents[i]);
  }
}

void FieldNode::print(std::string& out) const {
  for (const std::string& ident : idents) {
    out.push_back('.');
    out.append(ident);
  }
}

void ChainNode::print(std::string& out) const {
  print_operand(*node, out);
  for (const std::string& field : fields) {
    out.push_back('.');
    out.append(field);
  }
}

void CommandNode::print(std::string& out) const {
  for (std::size_t i = 0; i < args.size(); ++i) {
    if (i > 0) out.push_back(' ');
    print_operand(*args[i], out);
  }
}

void PipeNode::print(std::string& out) const {
  for (std::size_t i = 0; i < declarations.size(); ++i) {
    if (i > 0) out.append(", ");
    declarations[i]->print(out);
  }
  if (!declarations.empty()) out.append(is_assign ? " = " : " := ");
  for (std::size_t i = 0; i < commands.size(); ++i) {
    if (i > 0) out.append(" | ");
    commands[i]->print(out);
  }
}

void ActionNode::print(std::string& out) const {
  out.append("{{");
  pipe->print(out);
  out.append("}}");
}

void BranchNode::print(std::string& out) const {
  out.append("{{").append(keyword(type)).push_back(' ');
  pipe->print(out);
  out.append("}}");
  body->print(out);
  if (else_body) {
    out.append("{{else}}");
    else_body->print(out);
  }
  out.append("{{end}}");
}

void TemplateNode::print(std::string& out) const {
  out.append("{{template ").append(quote(name));
  if (pipe) {
    out.push_back(' ');
    pipe->print(out);
  }
  out.append("}}");
}

void BreakNode::print(std::string& out) const { out.append("{{break}}"); }
void ContinueNode::print(std::string& out) const { out.append("{{continue}}"); }

bool Tree::is_empty() const {
  return !root || std::all_of(root->nodes.begin(), root->nodes.end(), [](const NodePtr& node) {
    return node->type == NodeType::text && trim_space(static_cast<const TextNode&>(*node).text).empty();
  });
}

std::string Tree::location(const Node& node) const {
  const std::string_view before = std::string_view(source->text).substr(0, node.pos);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t newline = before.rfind('\n');
  const std::size_t column = newline == std::string_view::npos ? node.pos : node.pos - newline - 1;
  return fmt::format("{}:{}:{}", source->name, line, column);
}

}  // namespace kyma::gotemplate
