#include "operator/runtime/symbol_table.hpp"

#include <cxxabi.h>
#include <dlfcn.h>
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <span>

namespace kyma::runtime {
namespace {

// The first object that is told of is the program.
std::uintptr_t load_base() {
  std::uintptr_t base = 0;
  ::dl_iterate_phdr(
      [](::dl_phdr_info* info, std::size_t, void* out) {
        *static_cast<std::uintptr_t*>(out) = info->dlpi_addr;
        return 1;
      },
      &base);
  return base;
}

std::string demangled(const char* name) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> text(abi::__cxa_demangle(name, nullptr, nullptr, &status),
                                                         &std::free);
  return text ? text.get() : name;
}

// `count` objects of type T at `offset`; empty when they do not lie in the image or not where such objects may.
template <class T>
std::span<const T> part(std::string_view image, std::uint64_t offset, std::uint64_t count) {
  if (offset > image.size() || count > (image.size() - offset) / sizeof(T) || offset % alignof(T) != 0) return {};
  return {reinterpret_cast<const T*>(image.data() + offset), static_cast<std::size_t>(count)};
}

}  // namespace

SymbolTable::SymbolTable() : base_(load_base()) {
  const int file = ::open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  if (file < 0) return;
  struct ::stat status {};
  if (::fstat(file, &status) == 0 && status.st_size > 0) {
    const auto size = static_cast<std::size_t>(status.st_size);
    void* const mapped = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
    if (mapped != MAP_FAILED) {
      mapped_ = mapped;
      mapped_size_ = size;
      read({static_cast<const char*>(mapped), size});
    }
  }
  ::close(file);
}

SymbolTable::~SymbolTable() {
  if (mapped_) ::munmap(mapped_, mapped_size_);
}

void SymbolTable::read(std::string_view image) {
  const auto header = part<Elf64_Ehdr>(image, 0, 1);
  if (header.empty() || std::memcmp(header[0].e_ident, ELFMAG, SELFMAG) != 0) return;
  const auto sections = part<Elf64_Shdr>(image, header[0].e_shoff, header[0].e_shnum);
  const auto table = std::find_if(sections.begin(), sections.end(),
                                  [](const Elf64_Shdr& section) { return section.sh_type == SHT_SYMTAB; });
  if (table == sections.end() || table->sh_link >= sections.size()) return;
  const Elf64_Shdr& names = sections[table->sh_link];
  const auto text = part<char>(image, names.sh_offset, names.sh_size);
  if (text.empty() || text.back() != '\0') return;
  names_ = {text.data(), text.size()};
  for (const Elf64_Sym& symbol : part<Elf64_Sym>(image, table->sh_offset, table->sh_size / sizeof(Elf64_Sym))) {
    if (ELF64_ST_TYPE(symbol.st_info) != STT_FUNC || symbol.st_value == 0 || symbol.st_name >= names_.size()) continue;
    functions_.push_back({symbol.st_value, static_cast<std::uint32_t>(symbol.st_size), symbol.st_name});
  }
  std::sort(functions_.begin(), functions_.end(),
            [](const Function& a, const Function& b) { return a.begin < b.begin; });
}

std::string_view SymbolTable::own_name(std::uintptr_t address) const {
  if (address < base_) return {};
  address -= base_;
  auto next = std::upper_bound(functions_.begin(), functions_.end(), address,
                               [](std::uintptr_t at, const Function& function) { return at < function.begin; });
  if (next == functions_.begin()) return {};
  --next;
  if (address - next->begin >= std::max<std::uint32_t>(next->size, 1)) return {};
  return names_.data() + next->name;
}

std::string SymbolTable::name_of(std::uintptr_t address) const {
  if (const std::string_view name = own_name(address); !name.empty()) return demangled(name.data());
  ::Dl_info info{};
  if (::dladdr(reinterpret_cast<const void*>(address), &info) == 0 || !info.dli_sname) return {};
  return demangled(info.dli_sname);
}

}  // namespace kyma::runtime
