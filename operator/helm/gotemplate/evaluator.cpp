#include "operator/helm/gotemplate/evaluator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <new>

#include "operator/helm/gotemplate/format.hpp"

namespace kyma::gotemplate {
namespace {

// A limit whose message says where it was met.
class LocatedLimit : public LimitExceeded {
 public:
  using LimitExceeded::LimitExceeded;
};

// What Go prints for a pointer is what it points to: `{...}`, not `&{...}`.
void append_pointed_to(std::string& out, const Object& object, std::size_t limit) {
  out += '{';
  bool first = true;
  for (const Object::Field& field : object.fields()) {
    if (!first) out += ' ';
    first = false;
    append_value(out, field.value, limit);
  }
  out += '}';
}

void append_printed(std::string& out, Value value, std::size_t limit = Heap::kDefaultLimit) {
  if (!value.is(Kind::object)) return append_value(out, value, limit);
  const Object& object = value.as_object();
  const auto text = object.text();
  if (const auto printed = text ? std::nullopt : object.printed()) {
    out += *printed;
  } else if (object.type().is_pointer && !text) {
    append_pointed_to(out, object, limit);
  } else {
    append_value(out, value, limit);
  }
}

}  // namespace

void Evaluator::execute(const Tree& tree, Value dot) {
  constexpr std::size_t kUsual = 16;
  variables_.reserve(kUsual);
  frames_.reserve(kUsual);
  args_.reserve(kUsual);
  tree_ = &tree;
  node_ = tree.root.get();
  push("$", dot);
  enter(Frame::Kind::body, *tree.root, dot, 0);
  try {
    run();
  } catch (const LocatedLimit&) {
    throw;
  } catch (const LimitExceeded& error) {
    fail_limit(error.what());  // from here on it has a place, and keeps it
  } catch (const std::bad_alloc&) {
    fail_limit("the system has no memory left");
  }
}

void Evaluator::run() {
  while (!frames_.empty()) {
    Frame& frame = frames_.back();
    if (frame.next < frame.list->nodes.size()) {
      const Node& node = *frame.list->nodes[frame.next++];
      statement(node, frame.dot);
    } else {
      leave();
    }
  }
}

void Evaluator::statement(const Node& node, Value dot) {
  at(node);
  step();
  switch (node.type) {
    case NodeType::text: return write(static_cast<const TextNode&>(node).text);
    case NodeType::action: {
      const PipeNode& pipe = *static_cast<const ActionNode&>(node).pipe;
      const Value value = pipeline(dot, pipe);
      if (pipe.declarations.empty()) print(node, value);
      return;
    }
    case NodeType::if_:
    case NodeType::with: return if_or_with(static_cast<const BranchNode&>(node), dot);
    case NodeType::range: return range(static_cast<const BranchNode&>(node), dot);
    case NodeType::template_: return call_template(static_cast<const TemplateNode&>(node), dot);
    case NodeType::list: return enter(Frame::Kind::body, static_cast<const ListNode&>(node), dot, variables_.size());
    case NodeType::break_: unwind_to_loop(); return end_loop();
    case NodeType::continue_: unwind_to_loop(); return next_round();
    default: fail(fmt::format("unknown node: {}", node.str()));
  }
}

void Evaluator::enter(Frame::Kind kind, const ListNode& list, Value dot, std::size_t mark) {
  frames_.push_back({kind, &list, 0, dot, mark});
}

void Evaluator::leave() {
  const Frame& frame = frames_.back();
  switch (frame.kind) {
    case Frame::Kind::loop: return next_round();
    case Frame::Kind::call:
      tree_ = callers_.back().tree;
      variables_base_ = callers_.back().variables_base;
      callers_.pop_back();
      break;
    case Frame::Kind::body: break;
  }
  variables_.resize(frame.mark);
  frames_.pop_back();
}

void Evaluator::if_or_with(const BranchNode& node, Value dot) {
  const std::size_t mark = variables_.size();
  const Value value = pipeline(dot, *node.pipe);
  if (is_true(value)) {
    enter(Frame::Kind::body, *node.body, node.type == NodeType::with ? value : dot, mark);
  } else if (node.else_body) {
    enter(Frame::Kind::body, *node.else_body, dot, mark);
  } else {
    variables_.resize(mark);
  }
}

void Evaluator::range(const BranchNode& node, Value dot) {
  const std::size_t mark = variables_.size();
  const Value over = pipeline(dot, *node.pipe);
  const std::size_t snapshot = snapshots_.size();
  std::size_t count = 0;
  switch (over.kind()) {
    case Kind::invalid: break;
    case Kind::list: count = over.as_list().items.size(); break;
    case Kind::bytes: count = over.as_text().size(); break;
    case Kind::map:
      // The body may change the map: what is visited is decided here.
      for (const auto& [key, value] : over.as_map().entries) snapshots_.emplace_back(key, value);
      count = over.as_map().entries.size();
      break;
    default: {
      std::string text;
      append_printed(text, over);
      fail(fmt::format("range can't iterate over {}", text));
    }
  }
  if (count > 0) {
    loops_.push_back({node.pipe.get(), over, 0, count, snapshot, variables_.size()});
    enter(Frame::Kind::loop, *node.body, dot, mark);
    const auto before_first = static_cast<std::size_t>(-1);
    loops_.back().index = before_first;
    next_round();
  } else if (node.else_body) {
    enter(Frame::Kind::body, *node.else_body, dot, mark);
  } else {
    variables_.resize(mark);
  }
}

void Evaluator::next_round() {
  Loop& loop = loops_.back();
  if (++loop.index >= loop.count) return end_loop();
  step();
  const auto [index, element] = round_of(loop);
  variables_.resize(loop.body_mark);
  const auto& declarations = loop.pipe->declarations;
  if (loop.pipe->is_assign) {
    // With two variables the index comes first, with one it is the element.
    if (declarations.size() > 1) {
      variable(declarations[0]->idents[0]) = index;
      variable(declarations[1]->idents[0]) = element;
    } else if (!declarations.empty()) {
      variable(declarations[0]->idents[0]) = element;
    }
  } else if (!declarations.empty()) {
    variables_[loop.body_mark - 1].value = element;
    if (declarations.size() > 1) variables_[loop.body_mark - 2].value = index;
  }
  Frame& frame = frames_.back();
  frame.next = 0;
  frame.dot = element;
}

std::pair<Value, Value> Evaluator::round_of(const Loop& loop) const {
  switch (loop.over.kind()) {
    case Kind::list: {
      const List& list = loop.over.as_list();
      return {Value::integer(static_cast<std::int64_t>(loop.index)), list.at(loop.index)};
    }
    case Kind::map: {
      const auto& [key, value] = snapshots_[loop.snapshot + loop.index];
      return {Value::string(key), value.boxed(loop.over.as_map().type->element == nullptr)};
    }
    default:
      return {Value::integer(static_cast<std::int64_t>(loop.index)),
              Value::uint8(static_cast<std::uint8_t>(loop.over.as_text()[loop.index]))};
  }
}

void Evaluator::end_loop() {
  snapshots_.resize(loops_.back().snapshot);
  loops_.pop_back();
  variables_.resize(frames_.back().mark);
  frames_.pop_back();
}

// The parser has seen to it that there is one in the same template.
void Evaluator::unwind_to_loop() {
  while (frames_.back().kind != Frame::Kind::loop) frames_.pop_back();
}

void Evaluator::call_template(const TemplateNode& node, Value dot) {
  const Tree* tree = set_.find(node.name);
  if (!tree) fail(fmt::format("template {} not defined", quote(node.name)));
  if (callers_.size() >= run_.limits.max_template_depth) {
    fail(fmt::format("exceeded maximum template depth ({})", run_.limits.max_template_depth));
  }
  const Value argument = node.pipe ? pipeline(dot, *node.pipe) : Value();
  // Variables that the pipeline declares persist in the caller.
  const std::size_t mark = variables_.size();
  callers_.push_back({tree_, variables_base_});
  tree_ = tree;
  variables_base_ = mark;
  push("$", argument);
  at(*tree->root);
  enter(Frame::Kind::call, *tree->root, argument, mark);
}

void Evaluator::print(const Node& node, Value value) {
  at(node);
  switch (value.kind()) {
    case Kind::invalid: return write("<no value>");
    case Kind::string: return write(value.as_text());
    case Kind::integer: {
      char digits[24];
      const auto end = std::to_chars(digits, digits + sizeof digits, value.as_int()).ptr;
      return write({digits, static_cast<std::size_t>(end - digits)});
    }
    default: break;
  }
  write({});  // within the limit so far
  const std::size_t before = out_.size();
  try {
    append_printed(out_, value, before + (run_.limits.max_output - run_.output));
  } catch (const LimitExceeded&) {
    throw;
  } catch (const std::runtime_error& error) {
    fail(error.what());
  }
  run_.output += out_.size() - before;
}

void Evaluator::write(std::string_view text) {
  if (text.size() > run_.limits.max_output - std::min(run_.output, run_.limits.max_output)) {
    fail_limit(fmt::format("the templates print more than {} MiB", run_.limits.max_output >> 20));
  }
  run_.output += text.size();
  out_ += text;
}

void Evaluator::step() {
  if (++run_.steps > run_.limits.max_steps) {
    fail_limit(fmt::format("the templates take more than {} steps", run_.limits.max_steps));
  }
}

void Evaluator::fail(std::string_view message) const { throw ExecError(describe(message)); }

void Evaluator::fail_limit(std::string_view message) const { throw LocatedLimit(describe(message)); }

std::string Evaluator::describe(std::string_view message) const {
  return fmt::format("template: {}: executing {} at <{}>: {}", tree_->location(*node_), quote(tree_->name),
                     node_->str(), message);
}

}  // namespace kyma::gotemplate
