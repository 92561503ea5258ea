// The tables of a TOML text: which key may be defined where, as BurntSushi/toml has it.
#include <fmt/format.h>

#include <set>
#include <utility>
#include <vector>

#include "operator/helm/formats/nesting.hpp"
#include "operator/helm/formats/toml.hpp"
#include "operator/helm/formats/toml_scanner.hpp"
#include "operator/helm/gotemplate/format.hpp"
#include "operator/helm/gotemplate/unicode.hpp"

namespace kyma::helm {
namespace {

using gotemplate::List;
using gotemplate::Map;

const gotemplate::Type kTableList{.name = "[]map[string]interface {}", .element = &gotemplate::kAnyMap};

using Key = std::vector<std::string>;

bool is_bare(std::string_view part) {
  if (part.empty()) return false;
  for (const char c : part) {
    const bool fits =
        (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    if (!fits) return false;
  }
  return true;
}

std::string key_text(const Key& key) {
  std::string out;
  for (const std::string& part : key) {
    if (!out.empty()) out += '.';
    out += is_bare(part) ? part : gotemplate::quote(part);
  }
  return out;
}

class Reader {
 public:
  Reader(std::string_view text, Heap& heap) : scanner_(text), heap_(heap), root_(gotemplate::make_map(heap)) {}

  Value read() {
    try {
      while (read_item()) {
      }
    } catch (const TomlError& error) {
      const std::string last = last_key();
      if (last.empty()) throw FormatError(fmt::format("toml: line {}: {}", error.line, error.message));
      throw FormatError(
          fmt::format("toml: line {} (last key {}): {}", error.line, gotemplate::quote(last), error.message));
    }
    return Value::map(&root_);
  }

 private:
  bool read_item();
  void read_header();
  void end_item();
  Key read_table_name();
  // Of an inline table too, into which the value goes as well.
  void read_entry(Map* inline_table);
  Key read_key();
  Value read_value(bool in_array);
  Value read_array();
  Value read_inline_table(bool in_array);
  bool skip_to_inline_entry();
  bool ends_inline_entry();
  void skip_inline_filler();

  void open_table(const Key& key, bool in_list);
  void set_value(const std::string& name, Value value);
  void add_inline(Map& table, const Key& key, Value value);
  Map& descend(Map& from, const Key& path, const char* complaint);
  Key path_to(const std::string& name) const {
    Key path = context_;
    path.push_back(name);
    return path;
  }
  std::string last_key() const {
    if (context_.empty()) return current_;
    const std::string context = key_text(context_);
    return current_.empty() ? context : context + '.' + current_;
  }
  [[noreturn]] void fail(std::string message) const { throw TomlError{key_line_, std::move(message)}; }
  void check_length(const Key& key) const {
    if (key.size() > kMaxTomlDepth) scanner_.fail("the key has too many parts");
  }
  void enter() {
    if (nesting_.enter() > kMaxTomlDepth) scanner_.fail("nested too deeply");
  }

  TomlScanner scanner_;
  Heap& heap_;
  Map& root_;
  Key context_;
  std::string current_;
  std::string last_;  // the key of the last entry
  std::int64_t key_line_ = 1;
  std::set<Key> implicit_;  // tables that only the name of another one has made
  std::set<Key> arrays_;
  Nesting nesting_;
};

bool Reader::read_item() {
  scanner_.skip_filler();
  const char32_t rune = scanner_.peek();
  if (rune == TomlScanner::kEnd) return false;
  if (rune == U'[') {
    scanner_.next();
    read_header();
  } else {
    read_entry(nullptr);
  }
  end_item();
  return true;
}

void Reader::end_item() {
  scanner_.skip_blanks();
  const char32_t rune = scanner_.peek();
  if (rune == U'#') {
    scanner_.skip_comment();
  } else if (rune != TomlScanner::kEnd && !TomlScanner::is_break(rune)) {
    scanner_.fail(fmt::format("expected a top-level item to end with a newline, comment, or EOF, but got {} instead",
                              TomlScanner::quoted(rune)));
  }
}

// After `[`.
void Reader::read_header() {
  const bool in_list = scanner_.accept(U'[');
  Key key = read_table_name();
  if (in_list) {
    const char32_t rune = scanner_.next();
    if (rune != U']') {
      scanner_.fail(
          fmt::format("expected end of table array name delimiter ']', but got {} instead", TomlScanner::quoted(rune)));
    }
  }
  key_line_ = scanner_.line();
  open_table(key, in_list);
}

Key Reader::read_table_name() {
  Key key;
  while (true) {
    check_length(key);
    scanner_.skip_blanks();
    const char32_t start = scanner_.peek();
    if (start == U']' || start == TomlScanner::kEnd) {
      scanner_.fail("unexpected end of table name (table names cannot be empty)");
    }
    if (start == U'.') scanner_.fail("unexpected table separator (table names cannot be empty)");
    if (start == U'"' || start == U'\'') {
      scanner_.next();
      key.push_back(scanner_.quoted_key(start));
    } else {
      key.push_back(scanner_.bare_key());
    }
    scanner_.skip_blanks();
    const char32_t rune = scanner_.next();
    if (rune == U']') return key;
    if (rune != U'.') {
      scanner_.fail(
          fmt::format("expected '.' or ']' to end table name, but got {} instead", TomlScanner::quoted(rune)));
    }
  }
}

Key Reader::read_key() {
  Key key;
  while (true) {
    check_length(key);
    scanner_.skip_blanks();
    const char32_t start = scanner_.peek();
    const bool first = key.empty();
    if (start == U'=' || start == TomlScanner::kEnd) {
      scanner_.fail(first ? "unexpected '=': key name appears blank" : "unexpected '='");
    }
    if (start == U'.') scanner_.fail(first ? "unexpected '.': keys cannot start with a '.'" : "unexpected '.'");
    if (start == U'"' || start == U'\'') {
      scanner_.next();
      key.push_back(scanner_.quoted_key(start));
    } else {
      key.push_back(scanner_.bare_key());
    }
    scanner_.skip_blanks();
    const char32_t rune = scanner_.next();
    if (rune == U'=') return key;
    if (rune == TomlScanner::kEnd) scanner_.fail("unexpected EOF; expected key separator '='");
    if (rune != U'.') {
      scanner_.fail(fmt::format("expected '.' or '=', but got {} instead", TomlScanner::quoted(rune)));
    }
  }
}

void Reader::read_entry(Map* inline_table) {
  const Key outer = context_;
  const Key key = read_key();
  key_line_ = scanner_.line();
  current_ = key.back();
  for (std::size_t i = 0; i + 1 < key.size(); ++i) {
    const Key parent = path_to(key[i]);
    implicit_.insert(parent);
    open_table(parent, false);
  }
  const Key path = path_to(current_);
  const Value value = read_value(false);
  set_value(current_, value);
  if (value.is_list()) {
    arrays_.insert(path);
  } else {
    arrays_.erase(path);
  }
  if (inline_table != nullptr) add_inline(*inline_table, key, value);
  context_ = outer;
  last_ = std::exchange(current_, {});
}

void Reader::add_inline(Map& table, const Key& key, Value value) {
  Map* target = &table;
  for (std::size_t i = 0; i + 1 < key.size(); ++i) {
    const Value* found = target->find(key[i]);
    if (found == nullptr) target->set(heap_, key[i], Value::map(&gotemplate::make_map(heap_)));
    found = target->find(key[i]);
    if (!found->is_map()) fail(fmt::format("Key {} is not a table.", gotemplate::quote(key_text(context_))));
    target = &found->as_map();
  }
  target->set(heap_, key.back(), value);
}

Value Reader::read_value(bool in_array) {
  scanner_.skip_blanks();
  const char32_t rune = scanner_.peek();
  switch (rune) {
    case U'[': return read_array();
    case U'{': return read_inline_table(in_array);
    case U'"': scanner_.next(); return gotemplate::make_string(heap_, scanner_.basic_string());
    case U'\'': scanner_.next(); return gotemplate::make_string(heap_, scanner_.literal_string());
    case U'.': scanner_.fail("floats must start with a digit, not '.'");
    case U'+':
    case U'-': return scanner_.number(heap_);
    default: break;
  }
  if (rune >= U'0' && rune <= U'9') return scanner_.number(heap_);
  if (rune == U'i' || rune == U'n') {
    if (const auto value = scanner_.special_float()) return Value::float64(*value);
  }
  if (gotemplate::is_letter(scanner_.peek())) return Value::boolean(scanner_.boolean());
  if (rune == TomlScanner::kEnd) {
    scanner_.next();
    scanner_.fail("unexpected EOF; expected value");
  }
  scanner_.fail(fmt::format("expected value but found {} instead", TomlScanner::quoted(scanner_.next())));
}

Value Reader::read_array() {
  enter();
  scanner_.next();
  arrays_.insert(path_to(current_));
  List* list = heap_.make<List>(heap_);
  while (true) {
    scanner_.skip_filler();
    if (scanner_.peek() == U',') scanner_.fail("unexpected comma");
    if (scanner_.accept(U']')) break;
    list->items.push_back(read_value(true));
    scanner_.skip_filler();
    if (scanner_.accept(U',')) continue;
    if (scanner_.accept(U']')) break;
    scanner_.fail(fmt::format("expected a comma (',') or array terminator (']'), but got {}",
                              TomlScanner::rune_or_end(scanner_.next())));
  }
  nesting_.leave();
  return Value::list(list);
}

// Its entries are defined in the document like any others, which finds keys that are there already; an array keeps the
// table that comes back.
Value Reader::read_inline_table(bool in_array) {
  enter();
  scanner_.next();
  const Key outer_context = context_;
  const std::string outer_current = current_;
  const Key own = path_to(current_);
  context_ = own;
  current_.clear();
  implicit_.insert(own);
  open_table(own, in_array);
  Map& table = gotemplate::make_map(heap_);
  while (skip_to_inline_entry()) {
    read_entry(&table);
    context_ = own;
    current_ = last_;
    if (!ends_inline_entry()) break;
  }
  context_ = outer_context;
  current_ = outer_current;
  nesting_.leave();
  return Value::map(&table);
}

// False: the table ends here.
bool Reader::skip_to_inline_entry() {
  skip_inline_filler();
  if (scanner_.peek() == U',') scanner_.fail("unexpected comma");
  return !scanner_.accept(U'}');
}

// True: another entry follows.
bool Reader::ends_inline_entry() {
  skip_inline_filler();
  if (scanner_.accept(U'}')) return false;
  if (!scanner_.accept(U',')) {
    scanner_.fail(fmt::format("expected a comma or an inline table terminator '}}', but got {} instead",
                              TomlScanner::rune_or_end(scanner_.next())));
  }
  scanner_.skip_blanks();
  if (scanner_.peek() == U'}') scanner_.fail("trailing comma not allowed in inline tables");
  return true;
}

void Reader::skip_inline_filler() {
  scanner_.skip_blanks();
  if (scanner_.peek() == U'#') scanner_.skip_comment();
  if (TomlScanner::is_break(scanner_.peek())) scanner_.fail("newlines not allowed within inline tables");
}

// The table of that name in `from`; the last one, if it is a list of tables.
Map& Reader::descend(Map& from, const Key& path, const char* complaint) {
  const Value value = *from.find(path.back());
  if (value.is_map()) return value.as_map();
  if (value.is_list() && value.as_list().type == &kTableList) return value.as_list().items.back().as_map();
  fail(fmt::format("Key '{}' {}", key_text(path), complaint));
}

void Reader::open_table(const Key& key, bool in_list) {
  Map* table = &root_;
  Key path;
  for (std::size_t i = 0; i + 1 < key.size(); ++i) {
    path.push_back(key[i]);
    if (table->find(key[i]) == nullptr) {
      implicit_.insert(path);
      table->set(heap_, key[i], Value::map(&gotemplate::make_map(heap_)));
    }
    table = &descend(*table, path, "was already created as a hash.");
  }
  context_ = path;
  if (in_list) {
    if (table->find(key.back()) == nullptr) {
      table->set(heap_, key.back(), Value::list(heap_.make<List>(heap_, kTableList)));
    }
    const Value list = *table->find(key.back());
    if (!list.is_list() || list.as_list().type != &kTableList) {
      fail(fmt::format("Key '{}' was already created and cannot be used as an array.", key_text(key)));
    }
    list.as_list().items.push_back(Value::map(&gotemplate::make_map(heap_)));
  } else {
    set_value(key.back(), Value::map(&gotemplate::make_map(heap_)));
  }
  context_ = key;
}

void Reader::set_value(const std::string& name, Value value) {
  Map* table = &root_;
  Key path;
  for (const std::string& part : context_) {
    path.push_back(part);
    table = &descend(*table, path, "has already been defined.");
  }
  path.push_back(name);
  if (table->find(name) == nullptr) {
    table->set(heap_, name, value);
  } else if (arrays_.contains(path)) {
    implicit_.erase(path);
    table->set(heap_, name, value);
  } else if (implicit_.erase(path) == 0) {
    fail(fmt::format("Key '{}' has already been defined.", key_text(path)));
  }
}

}  // namespace

Value from_toml(std::string_view text, Heap& heap) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
    throw FormatError("toml: files cannot contain NULL bytes; probably using UTF-16; TOML files must be UTF-8");
  }
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (text.substr(0, 6).find('\0') != std::string_view::npos) {
    throw FormatError("toml: line 1: files cannot contain NULL bytes; probably using UTF-16; TOML files must be UTF-8");
  }
  return Reader(text, heap).read();
}

}  // namespace kyma::helm
