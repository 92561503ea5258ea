#include "operator/runtime/heap_profile.hpp"

#include <dlfcn.h>

#include <cstdlib>
#include <string_view>

namespace kyma::runtime {
namespace {

constexpr const char* kRemedy =
    "start the daemon with LD_PRELOAD=libtcmalloc.so.4 TCMALLOC_SAMPLE_PARAMETER=524288 in its environment "
    "(Debian: libgoogle-perftools4)";

// MallocExtension of gperftools/malloc_extension.h, by the names that its members have in the library: static
// instance(), and GetHeapSample(std::string*), which its vtable is not needed for.
using Instance = void* (*)();
using GetHeapSample = void (*)(void* self, std::string* out);
constexpr char kInstance[] = "_ZN15MallocExtension8instanceEv";
constexpr char kGetHeapSample[] =
    "_ZN15MallocExtension13GetHeapSampleEPNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE";

bool samples() noexcept {
  const char* const period = std::getenv("TCMALLOC_SAMPLE_PARAMETER");
  return period && std::string_view(period).find_first_of("123456789") == 0;
}

}  // namespace

HeapProfile take_heap_profile() {
  const auto instance = reinterpret_cast<Instance>(::dlsym(RTLD_DEFAULT, kInstance));
  const auto get = reinterpret_cast<GetHeapSample>(::dlsym(RTLD_DEFAULT, kGetHeapSample));
  if (!instance || !get) return {{}, std::string("this process does not run on tcmalloc: ") + kRemedy};
  if (!samples()) return {{}, std::string("tcmalloc takes no samples: ") + kRemedy};
  HeapProfile profile;
  get(instance(), &profile.text);
  return profile;
}

}  // namespace kyma::runtime
