// GET /debug/manifests: which manifests are kept. GET /debug/manifests/<component>: what was rendered for it, one
// answer per namespace and values that differ, with nothing in it that a Secret holds.
//
// Of manifests is shown what they were understood to be: read as YAML, Secrets stripped, and written anew, sorted and
// without comments. So what is not understood, and hence might be a Secret, is not shown: no YAML, no object with a
// kind, text behind a document's end, a document that takes more memory to read than is allowed.
//
// Thread: the loop's; YAML is read on the pool of the manifests. What it refers to must outlive it, and the server that
// it serves is stopped before that pool is joined.
#pragma once

#include <string>
#include <string_view>

#include "operator/controllers/chart_manifests.hpp"
#include "operator/http/server.hpp"

namespace kyma::controllers {

http::Handler debug_manifests_handler(const ChartManifests& manifests);

// The documents as described above. Of a Secret, wherever in a document it is, are shown what it is (apiVersion, kind,
// type, name, namespace, labels) and the keys of its data, and of nothing else the value. Any thread.
std::string redact_secrets(std::string_view manifest);

}  // namespace kyma::controllers
