// The part of the parser that reads what stands inside an action: pipelines, commands, operands.
#include <algorithm>
#include <iterator>
#include <optional>

#include "operator/helm/gotemplate/constant.hpp"
#include "operator/helm/gotemplate/format.hpp"
#include "operator/helm/gotemplate/tree_parser.hpp"

namespace kyma::gotemplate {
namespace {

std::vector<std::string> split_at_dots(std::string_view text) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t dot = text.find('.');
    parts.emplace_back(text.substr(0, dot));
    if (dot == std::string_view::npos) return parts;
    text.remove_prefix(dot + 1);
  }
}

}  // namespace

PipePtr TreeParser::pipeline(std::string_view context, ItemType end) {
  check_stack();
  auto pipe = std::make_unique<PipeNode>(peek_non_space().pos);
  declarations(*pipe, context);
  while (true) {
    const Item token = next_non_space();
    if (token.type == end) {
      check_pipeline(*pipe, context);
      return pipe;
    }
    switch (token.type) {
      case ItemType::boolean:
      case ItemType::char_literal:
      case ItemType::complex:
      case ItemType::dot:
      case ItemType::field:
      case ItemType::identifier:
      case ItemType::number:
      case ItemType::nil:
      case ItemType::raw_string:
      case ItemType::string:
      case ItemType::variable:
      case ItemType::left_paren:
        back();
        pipe->commands.push_back(command());
        break;
      default: unexpected(token, context);
    }
  }
}

// `$x :=`, `$x =`, and in a range `$i, $x :=`.
void TreeParser::declarations(PipeNode& pipe, std::string_view context) {
  while (true) {
    const Item variable = peek_non_space();
    if (variable.type != ItemType::variable) return;
    next();
    // A space is a token: in `$x foo` three tokens are read before it is clear that $x is no declaration.
    const Item after = peek();
    const Item following = peek_non_space();
    if (following.type == ItemType::assign || following.type == ItemType::declare) {
      pipe.is_assign = following.type == ItemType::assign;
      next_non_space();
      declare(pipe, variable);
      return;
    }
    if (following.type != ItemType::character || following.value != ",") {
      if (after.type == ItemType::space) {
        back3(variable, after);
      } else {
        back2(variable);
      }
      return;
    }
    next_non_space();
    declare(pipe, variable);
    if (context != "range" || pipe.declarations.size() >= 2) fail("too many declarations in %s", {context});
    const ItemType second = peek_non_space().type;
    if (second != ItemType::variable && second != ItemType::right_delimiter && second != ItemType::right_paren) {
      fail("range can only initialize variables");
    }
  }
}

void TreeParser::declare(PipeNode& pipe, const Item& variable) {
  pipe.declarations.push_back(std::make_unique<VariableNode>(variable.pos, split_at_dots(variable.value)));
  variables_.push_back(variable.value);
}

// Only a pipeline's first command may be a plain value.
void TreeParser::check_pipeline(const PipeNode& pipe, std::string_view context) {
  if (pipe.commands.empty()) fail("missing value for %s", {context});
  for (std::size_t i = 1; i < pipe.commands.size(); ++i) {
    switch (pipe.commands[i]->args[0]->type) {
      case NodeType::boolean:
      case NodeType::dot:
      case NodeType::nil:
      case NodeType::number:
      case NodeType::string: fail("non executable command in pipeline stage %s", {std::to_string(i + 1)});
      default: break;
    }
  }
}

std::unique_ptr<CommandNode> TreeParser::command() {
  auto node = std::make_unique<CommandNode>(peek_non_space().pos);
  while (true) {
    peek_non_space();
    if (NodePtr arg = operand()) node->args.push_back(std::move(arg));
    const Item token = next();
    if (token.type == ItemType::space) continue;
    if (token.type == ItemType::right_delimiter || token.type == ItemType::right_paren) {
      back();
    } else if (token.type != ItemType::pipe) {
      unexpected(token, "operand");
    }
    break;
  }
  if (node->args.empty()) fail("empty command");
  return node;
}

// A term with the fields that are chained to it.
NodePtr TreeParser::operand() {
  NodePtr node = term();
  if (!node || peek().type != ItemType::field) return node;
  const std::size_t pos = peek().pos;
  std::vector<std::string> fields;
  while (peek().type == ItemType::field) fields.emplace_back(next().value.substr(1));
  const auto append_to = [&](std::vector<std::string>& idents) {
    idents.insert(idents.end(), std::make_move_iterator(fields.begin()), std::make_move_iterator(fields.end()));
    node->pos = pos;
  };
  switch (node->type) {
    case NodeType::field: append_to(static_cast<FieldNode&>(*node).idents); return node;
    case NodeType::variable: append_to(static_cast<VariableNode&>(*node).idents); return node;
    case NodeType::boolean:
    case NodeType::string:
    case NodeType::number:
    case NodeType::nil:
    case NodeType::dot: fail("unexpected . after term %q", {node->str()});
    default: break;
  }
  auto chain = std::make_unique<ChainNode>(pos, std::move(node));
  chain->fields = std::move(fields);
  return chain;
}

// Null when there is none.
NodePtr TreeParser::term() {
  const Item token = next_non_space();
  switch (token.type) {
    case ItemType::identifier: return function(token);
    case ItemType::dot: return std::make_unique<DotNode>(token.pos);
    case ItemType::nil: return std::make_unique<NilNode>(token.pos);
    case ItemType::variable: return variable(token);
    case ItemType::field: return std::make_unique<FieldNode>(token.pos, split_at_dots(token.value.substr(1)));
    case ItemType::boolean: return std::make_unique<BoolNode>(token.pos, token.value == "true");
    case ItemType::char_literal:
    case ItemType::complex:
    case ItemType::number: return number(token);
    case ItemType::left_paren: return pipeline("parenthesized pipeline", ItemType::right_paren);
    case ItemType::string:
    case ItemType::raw_string:
      return std::make_unique<StringNode>(token.pos, std::string(token.value), unquoted(token));
    default: break;
  }
  back();
  return nullptr;
}

NodePtr TreeParser::function(const Item& token) {
  const Function* known = file_.functions.find(token.value);
  if (!known) fail("function %q not defined", {token.value});
  return std::make_unique<IdentifierNode>(token.pos, std::string(token.value), known);
}

NodePtr TreeParser::variable(const Item& token) {
  if (std::find(variables_.begin(), variables_.end(), token.value) == variables_.end()) {
    fail("undefined variable %q", {token.value});
  }
  return std::make_unique<VariableNode>(token.pos, split_at_dots(token.value));
}

NodePtr TreeParser::number(const Item& token) {
  auto node = std::make_unique<NumberNode>(token.pos);
  if (const std::string problem = read_constant(token, *node); !problem.empty()) fail("%s", {problem});
  return node;
}

std::string TreeParser::unquoted(const Item& token) {
  std::optional<std::string> text = unquote(token.value);
  if (!text) fail("invalid syntax");
  return *std::move(text);
}

}  // namespace kyma::gotemplate
