// Calls of functions and methods, and the arguments that they take.
#include <fmt/format.h>

#include <new>

#include "operator/helm/gotemplate/builtins.hpp"
#include "operator/helm/gotemplate/evaluator.hpp"

namespace kyma::gotemplate {

Value Evaluator::function(Value dot, const IdentifierNode& identifier, const Node& node, Operands operands,
                          const Value* final) {
  at(identifier);
  if (!identifier.function) fail(fmt::format("\"{}\" is not a defined function", identifier.name));
  return call(dot, *identifier.function, nullptr, node, operands, final);
}

Value Evaluator::call(Value dot, const Function& function, const Value* receiver, const Node& node, Operands operands,
                      const Value* final) {
  if (!operands.empty()) operands = operands.subspan(1);
  if (!function.native) fail(function.signature);
  const Signature signature(function.signature);
  check_count(function, signature, operands.size(), final != nullptr);
  if (function.native == &builtin_and) return and_or(dot, false, operands, final);
  if (function.native == &builtin_or) return and_or(dot, true, operands, final);

  const std::size_t base = args_.size();
  if (receiver) args_.push_back(receiver->boxed(false));
  for (std::size_t i = 0; i < operands.size(); ++i) {
    const Value value = argument(dot, signature[i], *operands[i]);
    args_.push_back(value);
  }
  if (final) args_.push_back(validate(*final, signature[operands.size()]));
  const std::span<const Value> args = std::span(args_).subspan(base);
  if (function.native == &builtin_call) call_value(operands, args[0], node);
  const Value result = invoke(function, signature, args, node);
  args_.resize(base);
  // A function returns an interface {} that may be nil, never no value at all.
  return result.is_valid() ? result : Value::nil();
}

void Evaluator::check_count(const Function& function, const Signature& signature, std::size_t given, bool has_final) {
  const std::size_t total = given + (has_final ? 1 : 0);
  if (signature.is_variadic()) {
    if (total < signature.required()) {
      fail(fmt::format("wrong number of args for {}: want at least {} got {}", function.name, signature.required(),
                       given));
    }
  } else if (total != signature.required()) {
    fail(fmt::format("wrong number of args for {}: want {} got {}", function.name, signature.required(), total));
  }
}

// Stops at the argument that decides.
Value Evaluator::and_or(Value dot, bool is_or, Operands operands, const Value* final) {
  Value value;
  for (const NodePtr& operand : operands) {
    value = argument(dot, 'r', *operand);
    if (is_true(value) == is_or) return value;
  }
  return final ? validate(*final, 'r') : value;
}

Value Evaluator::invoke(const Function& function, const Signature& signature, std::span<const Value> args,
                        const Node& node) {
  for (std::size_t i = 0; i < signature.required(); ++i) {
    // A pointer that is null passes as an argument; what takes it apart panics in Go.
    if (signature[i] == 'V' && args[args.size() - signature.required() + i].is_nothing()) {
      at(node);
      fail(fmt::format("error calling {}: runtime error: invalid memory address or nil pointer dereference",
                       function.name));
    }
  }
  gotemplate::Call call{run_, run_.heap, run_.environment, args};
  try {
    return function.native(call);
  } catch (const LimitExceeded&) {
    at(node);
    throw;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& error) {
    at(node);
    fail(fmt::format("error calling {}: {}", function.name, error.what()));
  }
}

// No value of a template is a function, so that `call` can only say what it was given instead.
void Evaluator::call_value(Operands operands, Value callee, const Node& node) {
  // Go 1.23 looks for the name of a piped callee among the operands, and panics outside of what it recovers from.
  if (operands.empty()) throw ExecError("runtime error: index out of range [0] with length 0");
  at(node);
  if (callee.is_nothing()) fail("error calling call: call of nil");
  fail(fmt::format("error calling call: non-function {} of type {}", operands[0]->str(), type_name(callee)));
}

Value Evaluator::argument(Value dot, Parameter parameter, const Node& node) {
  at(node);
  step();
  switch (node.type) {
    case NodeType::dot: return validate(dot, parameter);
    case NodeType::nil:
      if (can_be_nil(parameter)) return nil_of(parameter, run_.heap);
      fail(fmt::format("cannot assign nil to {}", parameter_name(parameter)));
    case NodeType::field: return validate(field_node(dot, static_cast<const FieldNode&>(node), {}, nullptr), parameter);
    case NodeType::variable:
      return validate(variable_node(dot, static_cast<const VariableNode&>(node), {}, nullptr), parameter);
    case NodeType::pipe: return validate(pipeline(dot, static_cast<const PipeNode&>(node)), parameter);
    case NodeType::identifier:
      return validate(function(dot, static_cast<const IdentifierNode&>(node), node, {}, nullptr), parameter);
    case NodeType::chain: return validate(chain_node(dot, static_cast<const ChainNode&>(node), {}, nullptr), parameter);
    default: return literal(parameter, node);
  }
}

Value Evaluator::literal(Parameter parameter, const Node& node) {
  const auto* number = node.type == NodeType::number ? static_cast<const NumberNode*>(&node) : nullptr;
  const auto reject = [&](std::string_view wanted) { fail(fmt::format("expected {}; found {}", wanted, node.str())); };
  switch (parameter) {
    case 's':
      if (node.type == NodeType::string) return Value::string(static_cast<const StringNode&>(node).text);
      reject("string");
      break;
    case 'i':
      if (number && number->is_int) return Value::integer(number->int_value);
      reject("integer");
      break;
    case 'l':
      if (number && number->is_int) return Value::int64(number->int_value);
      reject("integer");
      break;
    case 'u':
      if (number && number->is_uint) return Value::uint64(number->uint_value & 0xffffffff);
      reject("unsigned integer");
      break;
    case 'f':
      if (number && number->is_float) return Value::float64(number->float_value);
      reject("float");
      break;
    case 'b':
      if (node.type == NodeType::boolean) return Value::boolean(static_cast<const BoolNode&>(node).value);
      reject("bool");
      break;
    case 'a':
    case 'r':
      if (node.type == NodeType::string) return Value::string(static_cast<const StringNode&>(node).text);
      if (node.type == NodeType::boolean) return Value::boolean(static_cast<const BoolNode&>(node).value);
      if (number) return constant(*number);
      break;
    default: break;
  }
  fail(fmt::format("can't handle {} for arg of type {}", node.str(), parameter_name(parameter)));
}

Value Evaluator::validate(Value value, Parameter parameter) {
  if (!value.is_valid()) {
    if (parameter == kUntyped) return value;
    if (can_be_nil(parameter)) return nil_of(parameter, run_.heap);
    fail(fmt::format("invalid value; expected {}", parameter_name(parameter)));
  }
  if (is_assignable(value, parameter)) return value;
  fail(fmt::format("wrong type for value; expected {}; got {}", parameter_name(parameter),
                   value.is(Kind::nil) ? kAnyType.name : type_name(value)));
}

}  // namespace kyma::gotemplate
