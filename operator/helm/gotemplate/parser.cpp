#include "operator/helm/gotemplate/parser.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "operator/helm/gotemplate/format.hpp"
#include "operator/helm/gotemplate/tree_parser.hpp"

namespace kyma::gotemplate {
namespace {

std::string_view control_name(NodeType type) {
  switch (type) {
    case NodeType::if_: return "if";
    case NodeType::range: return "range";
    default: return "with";
  }
}

}  // namespace

Item TreeParser::next() {
  if (put_back_ > 0) {
    --put_back_;
  } else {
    tokens_[0] = file_.lexer.next();
  }
  return tokens_[put_back_];
}

Item TreeParser::peek() {
  if (put_back_ > 0) return tokens_[put_back_ - 1];
  put_back_ = 1;
  tokens_[0] = file_.lexer.next();
  return tokens_[0];
}

Item TreeParser::next_non_space() {
  Item token = next();
  while (token.type == ItemType::space) token = next();
  return token;
}

Item TreeParser::peek_non_space() {
  const Item token = next_non_space();
  back();
  return token;
}

Item TreeParser::expect(ItemType type, std::string_view context) {
  const Item token = next_non_space();
  if (token.type != type) unexpected(token, context);
  return token;
}

void TreeParser::fail(std::string_view format, std::initializer_list<std::string_view> args) {
  const std::string whole = fmt::format("template: {}:{}: {}", file_.source->name, tokens_[0].line, format);
  std::vector<Value> values;
  for (const std::string_view arg : args) values.push_back(Value::string(arg));
  throw ParseError(sprintf(whole, values));
}

void TreeParser::unexpected(const Item& token, std::string_view context) {
  if (token.type != ItemType::error) fail("unexpected %s in %s", {token.describe(), context});
  std::string extra;
  if (action_line_ != 0 && action_line_ != token.line) {
    // The message may end in the word already.
    const std::string_view words = token.value.ends_with(" action") ? " started at" : " in action started at";
    extra = fmt::format("{} {}:{}", words, file_.source->name, action_line_);
  }
  fail("%s%s", {token.value, extra});
}

void TreeParser::parse_file(std::string name) {
  auto root = std::make_unique<ListNode>(peek().pos);
  while (peek().type != ItemType::end_of_text) {
    if (peek().type == ItemType::left_delimiter) {
      const Item delimiter = next();
      if (next_non_space().type == ItemType::define) {
        TreeParser(file_).parse_definition();
        continue;
      }
      back2(delimiter);
    }
    Step step = text_or_action();
    if (step.kind != Step::node) fail("unexpected %s", {step.text()});
    root->nodes.push_back(std::move(step.result));
  }
  add_tree(std::move(name), std::move(root));
}

void TreeParser::parse_definition() {
  constexpr std::string_view kContext = "define clause";
  const Item token = next_non_space();
  if (token.type != ItemType::string && token.type != ItemType::raw_string) unexpected(token, kContext);
  std::string name = unquoted(token);
  expect(ItemType::right_delimiter, kContext);
  Block body = item_list();
  if (body.closing.kind != Step::end) fail("unexpected %s in %s", {body.closing.text(), kContext});
  add_tree(std::move(name), std::move(body.list));
}

// Two bodies under one name are one too many, unless one of them is empty.
void TreeParser::add_tree(std::string name, ListPtr root) {
  const auto tree = std::make_shared<Tree>(Tree{std::move(name), file_.source, std::move(root)});
  const auto [place, is_new] = file_.index.try_emplace(tree->name, file_.trees.size());
  if (is_new) {
    file_.trees.push_back(tree);
  } else if (file_.trees[place->second]->is_empty()) {
    file_.trees[place->second] = tree;
  } else if (!tree->is_empty()) {
    fail("template: multiple definition of template %q", {tree->name});
  }
}

TreeParser::Block TreeParser::item_list() {
  check_stack();
  Block block{std::make_unique<ListNode>(peek_non_space().pos), {}};
  while (peek_non_space().type != ItemType::end_of_text) {
    Step step = text_or_action();
    if (step.kind != Step::node) {
      block.closing = std::move(step);
      return block;
    }
    block.list->nodes.push_back(std::move(step.result));
  }
  fail("unexpected EOF");
}

TreeParser::Step TreeParser::text_or_action() {
  const Item token = next_non_space();
  if (token.type == ItemType::text) return {Step::node, std::make_unique<TextNode>(token.pos, token.value)};
  if (token.type != ItemType::left_delimiter) unexpected(token, "input");
  action_line_ = token.line;
  Step step = action();
  action_line_ = 0;
  return step;
}

TreeParser::Step TreeParser::action() {
  const Item token = next_non_space();
  switch (token.type) {
    case ItemType::block: return {Step::node, block_control()};
    case ItemType::break_: return loop_control(NodeType::break_, token);
    case ItemType::continue_: return loop_control(NodeType::continue_, token);
    case ItemType::else_: return else_control();
    case ItemType::end: return {Step::end, nullptr, expect(ItemType::right_delimiter, "end").pos};
    case ItemType::if_: return {Step::node, branch(NodeType::if_)};
    case ItemType::range: return {Step::node, branch(NodeType::range)};
    case ItemType::template_: return {Step::node, template_control()};
    case ItemType::with: return {Step::node, branch(NodeType::with)};
    default: break;
  }
  back();
  const std::size_t pos = peek().pos;
  // Variables live on until the `end` around them.
  return {Step::node, std::make_unique<ActionNode>(pos, pipeline("command", ItemType::right_delimiter))};
}

TreeParser::Step TreeParser::loop_control(NodeType type, const Item& token) {
  const bool is_break = type == NodeType::break_;
  const Item closing = next_non_space();
  if (closing.type != ItemType::right_delimiter) unexpected(closing, is_break ? "{{break}}" : "{{continue}}");
  if (range_depth_ == 0) fail(is_break ? "{{break}} outside {{range}}" : "{{continue}} outside {{range}}");
  if (is_break) return {Step::node, std::make_unique<BreakNode>(token.pos)};
  return {Step::node, std::make_unique<ContinueNode>(token.pos)};
}

// Of {{else if}} and {{else with}} the second word stays for whoever the else belongs to.
TreeParser::Step TreeParser::else_control() {
  const Item token = peek_non_space();
  if (token.type == ItemType::if_ || token.type == ItemType::with) return {Step::else_, nullptr, token.pos};
  return {Step::else_, nullptr, expect(ItemType::right_delimiter, "else").pos};
}

NodePtr TreeParser::branch(NodeType type) {
  const std::size_t outer_variables = variables_.size();
  auto node = std::make_unique<BranchNode>(type, 0);
  node->pipe = pipeline(control_name(type), ItemType::right_delimiter);
  node->pos = node->pipe->pos;
  if (type == NodeType::range) ++range_depth_;
  Block body = item_list();
  if (type == NodeType::range) --range_depth_;
  node->body = std::move(body.list);
  if (body.closing.kind == Step::else_) node->else_body = else_list(type, body.closing);
  variables_.resize(outer_variables);
  return node;
}

// {{else if x}}...{{end}} reads as {{else}}{{if x}}...{{end}}{{end}}: one end closes both.
ListPtr TreeParser::else_list(NodeType type, const Step& opening) {
  const ItemType follower = type == NodeType::if_ ? ItemType::if_ : ItemType::with;
  if (type != NodeType::range && peek().type == follower) {
    next();
    auto list = std::make_unique<ListNode>(opening.pos);
    list->nodes.push_back(branch(type));
    return list;
  }
  Block block = item_list();
  if (block.closing.kind != Step::end) fail("expected end; found %s", {block.closing.text()});
  return std::move(block.list);
}

NodePtr TreeParser::block_control() {
  constexpr std::string_view kContext = "block clause";
  const Item token = next_non_space();
  const std::string name = template_name(token, kContext);
  PipePtr pipe = pipeline(kContext, ItemType::right_delimiter);
  TreeParser inner(file_);
  Block body = inner.item_list();
  if (body.closing.kind != Step::end) fail("unexpected %s in %s", {body.closing.text(), kContext});
  inner.add_tree(name, std::move(body.list));
  return std::make_unique<TemplateNode>(token.pos, name, std::move(pipe));
}

NodePtr TreeParser::template_control() {
  constexpr std::string_view kContext = "template clause";
  const Item token = next_non_space();
  std::string name = template_name(token, kContext);
  PipePtr pipe;
  if (next_non_space().type != ItemType::right_delimiter) {
    back();
    pipe = pipeline(kContext, ItemType::right_delimiter);
  }
  return std::make_unique<TemplateNode>(token.pos, std::move(name), std::move(pipe));
}

std::string TreeParser::template_name(const Item& token, std::string_view context) {
  if (token.type != ItemType::string && token.type != ItemType::raw_string) unexpected(token, context);
  return unquoted(token);
}

std::vector<std::shared_ptr<const Tree>> parse(std::string_view name, std::string text, const FunctionMap& functions) {
  ParsedFile file(std::make_shared<const SourceText>(SourceText{std::string(name), std::move(text)}), functions);
  TreeParser(file).parse_file(std::string(name));
  const std::size_t own = file.index.at(std::string(name));
  std::rotate(file.trees.begin() + static_cast<std::ptrdiff_t>(own),
              file.trees.begin() + static_cast<std::ptrdiff_t>(own) + 1, file.trees.end());
  return {file.trees.begin(), file.trees.end()};
}

}  // namespace kyma::gotemplate
