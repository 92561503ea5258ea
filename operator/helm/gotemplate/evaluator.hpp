// What execute() runs on: one walk through a template and the templates that it calls with {{template}}.
//
// Statements (lists, branches, loops, calls) live on a stack of frames of its own, so that their nesting costs no
// machine stack and `break` and `continue` unwind by popping. Expressions recurse, with an eye on StackRoom; templates
// that functions execute (`include`) get an evaluator of their own.
//
// Internal to gotemplate. Thread: the run's. Lifetime: one execute().
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "operator/helm/gotemplate/execute.hpp"
#include "operator/helm/gotemplate/parameter.hpp"

namespace kyma::gotemplate {

class Evaluator {
 public:
  // All must outlive the evaluator.
  Evaluator(const TemplateSet& set, Run& run, std::string& out) : set_(set), run_(run), out_(out) {}
  Evaluator(const Evaluator&) = delete;
  Evaluator& operator=(const Evaluator&) = delete;

  // Throws ExecError, LimitExceeded.
  void execute(const Tree& tree, Value dot);

 private:
  // A command's operands, the one that is called first. Empty: an operand that stands alone.
  using Operands = std::span<const NodePtr>;

  struct Variable {
    std::string_view name;
    Value value;
  };
  struct Frame {
    enum class Kind : std::uint8_t {
      body,  // of a branch, or of the first template
      loop,  // of a range; its Loop is the youngest of loops_
      call,  // of {{template}}; who called is the youngest of callers_
    };
    Kind kind;
    const ListNode* list;
    std::size_t next = 0;  // in list
    Value dot;
    std::size_t mark;  // how many variables stay when the frame is left
  };
  struct Loop {
    const PipeNode* pipe;
    Value over;
    std::size_t index;
    std::size_t count;
    std::size_t snapshot;   // where a map's entries begin in snapshots_
    std::size_t body_mark;  // how many variables each round begins with
  };
  struct Caller {
    const Tree* tree;
    std::size_t variables_base;
  };

  // Statements (evaluator.cpp).
  void run();
  void statement(const Node& node, Value dot);
  void enter(Frame::Kind kind, const ListNode& list, Value dot, std::size_t mark);
  void leave();
  void if_or_with(const BranchNode& node, Value dot);
  void range(const BranchNode& node, Value dot);
  // Sets up the next round of the youngest loop, or leaves it.
  void next_round();
  std::pair<Value, Value> round_of(const Loop& loop) const;  // index and element
  void end_loop();
  void unwind_to_loop();
  void call_template(const TemplateNode& node, Value dot);
  void print(const Node& node, Value value);
  void write(std::string_view text);

  // Expressions (expression.cpp). `final` is what the pipeline hands on, null at its start.
  Value pipeline(Value dot, const PipeNode& pipe);
  Value command(Value dot, const CommandNode& command, const Value* final);
  Value constant(const NumberNode& number);
  Value field_node(Value dot, const FieldNode& field, Operands operands, const Value* final);
  Value chain_node(Value dot, const ChainNode& chain, Operands operands, const Value* final);
  Value variable_node(Value dot, const VariableNode& variable, Operands operands, const Value* final);
  Value field_chain(Value dot, Value receiver, const Node& node, std::span<const std::string> names, Operands operands,
                    const Value* final);
  Value field(Value dot, std::string_view name, const Node& node, Operands operands, const Value* final,
              Value receiver);
  void not_a_function(Operands operands, const Value* final);
  Value& variable(std::string_view name);
  void push(std::string_view name, Value value) { variables_.push_back({name, value}); }

  // Calls (call.cpp).
  Value function(Value dot, const IdentifierNode& identifier, const Node& node, Operands operands, const Value* final);
  // `receiver`: of a method, else null. `node`: what an error of the function itself is reported at.
  Value call(Value dot, const Function& function, const Value* receiver, const Node& node, Operands operands,
             const Value* final);
  void check_count(const Function& function, const Signature& signature, std::size_t given, bool has_final);
  Value and_or(Value dot, bool is_or, Operands operands, const Value* final);
  [[noreturn]] void call_value(Operands operands, Value callee, const Node& node);
  Value invoke(const Function& function, const Signature& signature, std::span<const Value> args, const Node& node);
  Value argument(Value dot, Parameter parameter, const Node& node);
  Value literal(Parameter parameter, const Node& node);
  Value validate(Value value, Parameter parameter);

  void at(const Node& node) noexcept { node_ = &node; }
  void step();
  [[noreturn]] void fail(std::string_view message) const;
  [[noreturn]] void fail_limit(std::string_view message) const;
  std::string describe(std::string_view message) const;

  const TemplateSet& set_;
  Run& run_;
  std::string& out_;
  const Tree* tree_ = nullptr;      // whose node is evaluated
  const Node* node_ = nullptr;      // what an error is reported at
  std::size_t variables_base_ = 0;  // of the present template's variables
  std::vector<Variable> variables_;
  std::vector<Frame> frames_;
  std::vector<Loop> loops_;
  std::vector<Caller> callers_;
  std::vector<std::pair<std::string_view, Value>> snapshots_;
  std::vector<Value> args_;  // of the calls under way
};

}  // namespace kyma::gotemplate
