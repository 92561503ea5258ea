// Go's fmt.Sprintf: reads a format, its flags, widths, precisions and argument indexes.
#include <cstdlib>
#include <utility>

#include "operator/helm/gotemplate/format.hpp"
#include "operator/helm/gotemplate/printer.hpp"

namespace kyma::gotemplate {
namespace {

// Widths and precisions beyond it are refused, as in Go.
constexpr std::int64_t kMaxWidth = 1'000'000;

// Reads a format and hands its verbs to the printer.
class FormatReader {
 public:
  FormatReader(std::string_view format, std::span<const Value> args, Printer& printer)
      : format_(format), args_(args), printer_(printer) {}

  void run();

 private:
  struct Number {
    std::size_t value = 0;
    bool present = false;
  };

  // False: the format has ended.
  bool one_verb();
  void read_flags();
  void read_width();
  void read_precision();
  void read_index();
  void print(char32_t verb);
  void print_extra();
  // `*`: nothing when the argument is no integer of sensible size.
  std::optional<std::int64_t> take_size();
  Number read_number(std::size_t end);
  bool at(char c) const { return at_ < format_.size() && format_[at_] == c; }

  std::string_view format_;
  std::span<const Value> args_;
  Printer& printer_;
  std::size_t at_ = 0;
  std::size_t next_arg_ = 0;
  bool good_index_ = true;
  bool after_index_ = false;
  bool reordered_ = false;
};

void FormatReader::run() {
  while (at_ < format_.size()) {
    const std::size_t percent = std::min(format_.find('%', at_), format_.size());
    printer_.write(format_.substr(at_, percent - at_));
    at_ = percent + 1;
    if (percent == format_.size() || !one_verb()) break;
  }
  if (!reordered_ && next_arg_ < args_.size()) print_extra();
}

bool FormatReader::one_verb() {
  good_index_ = true;
  after_index_ = false;
  printer_.flags() = {};
  read_flags();
  read_index();
  read_width();
  read_precision();
  if (!after_index_) read_index();
  if (at_ >= format_.size()) {
    printer_.write("%!(NOVERB)");
    return false;
  }
  print(next_rune(format_, at_));
  return true;
}

void FormatReader::read_flags() {
  Flags& flags = printer_.flags();
  for (; at_ < format_.size(); ++at_) {
    switch (format_[at_]) {
      case '#': flags.sharp = true; break;
      case '0': flags.zero = true; break;
      case '+': flags.plus = true; break;
      case '-': flags.minus = true; break;
      case ' ': flags.space = true; break;
      default: return;
    }
  }
}

void FormatReader::read_width() {
  Flags& flags = printer_.flags();
  if (at('*')) {
    ++at_;
    const auto size = take_size();
    flags.has_width = size.has_value();
    if (!size) printer_.write("%!(BADWIDTH)");
    const std::int64_t width = size.value_or(0);
    if (width < 0) flags.minus = true;
    flags.width = static_cast<std::size_t>(std::abs(width));
    after_index_ = false;
    return;
  }
  const Number number = read_number(format_.size());
  flags.width = number.value;
  flags.has_width = number.present;
  if (after_index_ && number.present) good_index_ = false;
}

void FormatReader::read_precision() {
  if (!at('.') || at_ + 1 == format_.size()) return;  // a dot at the very end is taken for the verb
  Flags& flags = printer_.flags();
  ++at_;
  if (after_index_) good_index_ = false;
  read_index();
  if (at('*')) {
    ++at_;
    const auto size = take_size();
    flags.has_precision = size && *size >= 0;
    flags.precision = flags.has_precision ? static_cast<std::size_t>(*size) : 0;
    if (!flags.has_precision) printer_.write("%!(BADPREC)");
    after_index_ = false;
    return;
  }
  const Number number = read_number(format_.size());
  flags.precision = number.value;
  flags.has_precision = true;
}

// [n]: the next argument is the n-th.
void FormatReader::read_index() {
  after_index_ = false;
  if (!at('[')) return;
  reordered_ = true;
  const std::size_t open = at_;
  const std::size_t close = format_.size() - open < 3 ? std::string_view::npos : format_.find(']', open + 1);
  if (close == std::string_view::npos) {
    ++at_;
    good_index_ = false;
    return;
  }
  ++at_;
  const Number number = read_number(close);
  const bool well_formed = number.present && at_ == close;
  at_ = close + 1;
  after_index_ = well_formed;
  if (well_formed && number.value >= 1 && number.value <= args_.size()) {
    next_arg_ = number.value - 1;
  } else {
    good_index_ = false;
  }
}

FormatReader::Number FormatReader::read_number(std::size_t end) {
  Number number;
  for (; at_ < end && format_[at_] >= '0' && format_[at_] <= '9'; ++at_) {
    if (number.value > kMaxWidth) {
      at_ = end;
      return {};
    }
    number.value = number.value * 10 + static_cast<std::size_t>(format_[at_] - '0');
    number.present = true;
  }
  return number;
}

std::optional<std::int64_t> FormatReader::take_size() {
  if (next_arg_ >= args_.size()) return std::nullopt;
  Value arg = args_[next_arg_++];
  if (arg.is(Kind::object)) arg = arg.as_object().number().value_or(Value());
  switch (arg.kind()) {
    case Kind::integer:
    case Kind::int64:
    case Kind::uint8:
    case Kind::uint64:
      if (arg.as_int() > kMaxWidth || arg.as_int() < -kMaxWidth) return std::nullopt;
      return arg.as_int();
    default: return std::nullopt;
  }
}

void FormatReader::print(char32_t verb) {
  if (verb == '%') return printer_.write("%");
  if (!good_index_) return printer_.complain(verb, "(BADINDEX)");
  if (next_arg_ >= args_.size()) return printer_.complain(verb, "(MISSING)");
  if (verb == 'v' || verb == 'w') {
    Flags& flags = printer_.flags();
    flags.sharp_v = std::exchange(flags.sharp, false);
    flags.plus_v = std::exchange(flags.plus, false);
  }
  printer_.argument(args_[next_arg_++], verb);
}

void FormatReader::print_extra() {
  printer_.flags() = {};
  printer_.write("%!(EXTRA ");
  for (std::size_t i = next_arg_; i < args_.size(); ++i) {
    if (i > next_arg_) printer_.write(", ");
    if (args_[i].is_nothing()) {
      printer_.write("<nil>");
      continue;
    }
    printer_.write(type_name(args_[i]));
    printer_.write("=");
    printer_.argument(args_[i], 'v');
  }
  printer_.write(")");
}

}  // namespace

std::string sprintf(std::string_view format, std::span<const Value> args, std::size_t limit) {
  std::string out;
  Printer printer(out, limit);
  FormatReader(format, args, printer).run();
  return out;
}

}  // namespace kyma::gotemplate
