// /debug/pprof: where CPU time and memory go, for `go tool pprof` and gperftools' pprof (Debian: google-pprof).
//
//   profile?seconds=N   CPU time over the next N seconds (30; at most 300). One at a time: another gets 409. Nothing
//                       waits for it but its client, whose going away ends it
//   heap                what the heap is made of, where the process runs on tcmalloc
//   cmdline, symbol     what these tools ask besides: the command line, and names for addresses
//
// What cannot be given here is 501, with the remedy. Thread: the loop's; what blocks or computes runs on the pool,
// which is joined after the server that this serves has stopped.
#pragma once

#include "operator/base/clock.hpp"
#include "operator/http/server.hpp"

namespace kyma::runtime {

http::Handler profiles_handler(Clock& clock, asio::any_io_executor pool);

}  // namespace kyma::runtime
