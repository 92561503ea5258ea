// Pipelines, commands, fields and variables.
#include <fmt/format.h>

#include <cmath>

#include "operator/helm/gotemplate/evaluator.hpp"
#include "operator/helm/gotemplate/format.hpp"

namespace kyma::gotemplate {
namespace {

// An imaginary constant: Helm's functions know no complex numbers, but templates may print them.
class Complex final : public Object {
 public:
  Complex(double real, double imaginary) : real_(real), imaginary_(imaginary) {}
  const Type& type() const noexcept override {
    static const Type type{.name = "complex128"};
    return type;
  }
  std::optional<std::string> text() const override {
    return fmt::format("({}{}{}i)", float_text(real_), std::signbit(imaginary_) ? "" : "+", float_text(imaginary_));
  }
  bool equals(const Object& other) const override {
    const auto* number = dynamic_cast<const Complex*>(&other);
    return number && number->real_ == real_ && number->imaginary_ == imaginary_;
  }

 private:
  double real_;
  double imaginary_;
};

bool is_rune(std::string_view number) { return !number.empty() && number[0] == '\''; }

bool is_hex_integer(std::string_view number) {
  return number.size() > 2 && number[0] == '0' && (number[1] == 'x' || number[1] == 'X') &&
         number.find_first_of("pP") == std::string_view::npos;
}

std::string_view static_type_name(Value value) {
  return value.is_boxed() || value.is(Kind::nil) ? kAnyType.name : type_name(value);
}

}  // namespace

Value Evaluator::pipeline(Value dot, const PipeNode& pipe) {
  at(pipe);
  if (!run_.stack.has(run_.limits.stack_reserve)) {
    fail_limit("the templates and functions nest too deeply for the stack");
  }
  Value value;
  const Value* final = nullptr;
  for (const auto& stage : pipe.commands) {
    value = command(dot, *stage, final);
    // What comes out of an interface {} forgets that it did; nil becomes no value at all.
    value = value.is(Kind::nil) ? Value() : value.boxed(false);
    final = &value;
  }
  for (const auto& declared : pipe.declarations) {
    if (pipe.is_assign) {
      variable(declared->idents[0]) = value;
    } else {
      push(declared->idents[0], value);
    }
  }
  return value;
}

Value Evaluator::command(Value dot, const CommandNode& command, const Value* final) {
  step();
  const Node& first = *command.args[0];
  const Operands operands = command.args;
  switch (first.type) {
    case NodeType::field: return field_node(dot, static_cast<const FieldNode&>(first), operands, final);
    case NodeType::chain: return chain_node(dot, static_cast<const ChainNode&>(first), operands, final);
    case NodeType::identifier:
      return function(dot, static_cast<const IdentifierNode&>(first), command, operands, final);
    case NodeType::pipe:
      // Its arguments are all inside of it.
      not_a_function(operands, final);
      return pipeline(dot, static_cast<const PipeNode&>(first));
    case NodeType::variable: return variable_node(dot, static_cast<const VariableNode&>(first), operands, final);
    default: break;
  }
  at(first);
  not_a_function(operands, final);
  switch (first.type) {
    case NodeType::boolean: return Value::boolean(static_cast<const BoolNode&>(first).value);
    case NodeType::dot: return dot;
    case NodeType::nil: fail("nil is not a command");
    case NodeType::number: return constant(static_cast<const NumberNode&>(first));
    case NodeType::string: return Value::string(static_cast<const StringNode&>(first).text);
    default: fail(fmt::format("can't evaluate command {}", first.str()));
  }
}

// The syntax of a number says what it is, where nothing else does.
Value Evaluator::constant(const NumberNode& number) {
  at(number);
  const std::string_view text = number.text;
  if (number.is_complex && text.ends_with('i')) {
    return Value::object(run_.heap.make<Complex>(number.float_value, number.imaginary));
  }
  if (number.is_float && !is_hex_integer(text) && !is_rune(text) &&
      text.find_first_of(".eEpP") != std::string_view::npos) {
    return Value::float64(number.float_value);
  }
  if (number.is_int) return Value::integer(number.int_value);
  if (number.is_uint) fail(fmt::format("{} overflows int", text));
  return {};
}

Value Evaluator::field_node(Value dot, const FieldNode& field, Operands operands, const Value* final) {
  at(field);
  return field_chain(dot, dot, field, field.idents, operands, final);
}

Value Evaluator::chain_node(Value dot, const ChainNode& chain, Operands operands, const Value* final) {
  at(chain);
  if (chain.node->type == NodeType::nil) {
    fail(fmt::format("indirection through explicit nil in {}", chain.str()));
  }
  const Value receiver = argument(dot, kUntyped, *chain.node);
  return field_chain(dot, receiver, chain, chain.fields, operands, final);
}

Value Evaluator::variable_node(Value dot, const VariableNode& node, Operands operands, const Value* final) {
  at(node);
  const Value value = variable(node.idents[0]);
  if (node.idents.size() == 1) {
    not_a_function(operands, final);
    return value;
  }
  return field_chain(dot, value, node, std::span(node.idents).subspan(1), operands, final);
}

// Only the last name may be a method that takes the operands.
Value Evaluator::field_chain(Value dot, Value receiver, const Node& node, std::span<const std::string> names,
                             Operands operands, const Value* final) {
  for (std::size_t i = 0; i + 1 < names.size(); ++i) receiver = field(dot, names[i], node, {}, nullptr, receiver);
  return field(dot, names.back(), node, operands, final, receiver);
}

Value Evaluator::field(Value dot, std::string_view name, const Node& node, Operands operands, const Value* final,
                       Value receiver) {
  if (!receiver.is_valid()) return {};
  if (receiver.is(Kind::nil)) fail(fmt::format("nil pointer evaluating interface {{}}.{}", name));
  const bool has_args = operands.size() > 1 || final;
  if (receiver.is_map()) {
    const Map& map = receiver.as_map();
    if (const Function* method = map.type->method(name)) return call(dot, *method, &receiver, node, operands, final);
    if (has_args) fail(fmt::format("{} is not a method but has arguments", name));
    return map.at(name, run_.heap);
  }
  if (receiver.is(Kind::object)) {
    const Object& object = receiver.as_object();
    if (const Function* method = object.type().method(name)) {
      return call(dot, *method, &receiver, node, operands, final);
    }
    if (const std::optional<Value> value = object.field(name)) {
      if (has_args) fail(fmt::format("{} has arguments but cannot be invoked as function", name));
      return value->boxed(false);
    }
  }
  if (receiver.is_list()) {
    if (const Function* method = receiver.as_list().type->method(name)) {
      return call(dot, *method, &receiver, node, operands, final);
    }
  }
  fail(fmt::format("can't evaluate field {} in type {}", name, static_type_name(receiver)));
}

void Evaluator::not_a_function(Operands operands, const Value* final) {
  if (operands.size() > 1 || final) {
    fail(fmt::format("can't give argument to non-function {}", operands.empty() ? "" : operands[0]->str()));
  }
}

Value& Evaluator::variable(std::string_view name) {
  for (std::size_t i = variables_.size(); i > variables_base_; --i) {
    if (variables_[i - 1].name == name) return variables_[i - 1].value;
  }
  fail(fmt::format("undefined variable: {}", name));
}

}  // namespace kyma::gotemplate
