// Names of functions for addresses in this process: of the program itself from its file's symbol table, of libraries as
// far as they export them. A program that was stripped has no names but these.
//
// Made for one request and dropped after it: the table of a large program takes megabytes. Thread: any, one at a time;
// reads a file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kyma::runtime {

class SymbolTable {
 public:
  // Of the running program.
  SymbolTable();
  ~SymbolTable();
  SymbolTable(const SymbolTable&) = delete;
  SymbolTable& operator=(const SymbolTable&) = delete;

  // Demangled; empty when it is not known.
  std::string name_of(std::uintptr_t address) const;

 private:
  struct Function {
    std::uintptr_t begin;  // in the file's addresses
    std::uint32_t size;
    std::uint32_t name;  // where in names_
  };
  void read(std::string_view image);
  std::string_view own_name(std::uintptr_t address) const;

  void* mapped_ = nullptr;  // the program's file
  std::size_t mapped_size_ = 0;
  std::uintptr_t base_ = 0;          // what was added to the file's addresses when it was loaded
  std::string_view names_;           // in the file
  std::vector<Function> functions_;  // by begin
};

}  // namespace kyma::runtime
