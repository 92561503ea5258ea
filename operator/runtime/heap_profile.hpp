// What the heap is made of, by the samples that tcmalloc takes of allocations.
//
// glibc's malloc, which the daemon uses, takes none and is smaller; a process that is started with tcmalloc in its
// place (LD_PRELOAD) is recognised as such (docs/decisions/0035). Thread: any; takes milliseconds.
#pragma once

#include <string>

namespace kyma::runtime {

struct HeapProfile {
  std::string text;     // in the format that pprof reads
  std::string problem;  // why there is none, with the remedy; empty: there is
};

HeapProfile take_heap_profile();

}  // namespace kyma::runtime
