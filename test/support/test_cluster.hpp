// An API server in virtual time: storage, HTTP server and clients on one io_context, joined by in-memory streams.
//
// Every request of the operator under test is logged and may be made to fail; what the test itself asks for, as a user,
// is not. Time passes only in run_for() and run_until(). Thread: the test's.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operator/apiserver/api_server.hpp"
#include "operator/base/manual_clock.hpp"
#include "operator/http/server.hpp"
#include "operator/kube/client/client.hpp"
#include "operator/kube/meta/object_meta.hpp"
#include "test/support/connections.hpp"
#include "test/support/request_log.hpp"

namespace kyma::test {

// What becomes of a request.
enum class Fault {
  none,
  server_error,  // 500, nothing done
  unavailable,   // 503, nothing done
  conflict,      // 409 Conflict, nothing done
  invalid,       // 422 Invalid, nothing done
  lost_request,  // the connection breaks, nothing done
  lost_answer,   // done, but the connection breaks before the answer
};

struct ClusterOptions {
  // The project's CustomResourceDefinitions; false: lenient ones, as an older installation might have.
  bool real_schemas = true;
  // How far back watches can begin: a burst of a whole test fits, so that none starts over unless a test wants it.
  std::size_t history_events = 1'000'000;
};

class TestCluster {
 public:
  explicit TestCluster(ClusterOptions options = {});
  ~TestCluster();
  TestCluster(const TestCluster&) = delete;
  TestCluster& operator=(const TestCluster&) = delete;

  ManualClock clock;
  asio::io_context loop;
  RequestLog requests;

  // Decides on each request of the operator under test; unset: no faults.
  std::function<Fault(const LoggedRequest& request)> fault;
  // How long each of its requests takes; unset: no time at all. Watches excepted.
  std::function<Duration(const LoggedRequest& request)> latency;
  // The operator's connections.
  Connections connections;

  // A client whose requests are logged, and one whose are not.
  std::unique_ptr<kube::Client> make_client(kube::ClientOptions options, metrics::Registry* metrics);
  // For one process of several: with connections and a clock of its own, both of which outlive the client.
  std::unique_ptr<kube::Client> make_client(kube::ClientOptions options, metrics::Registry* metrics,
                                            Connections& through, Clock& its_clock);
  kube::Client& user() noexcept { return *user_; }

  // As a user. Each throws when the server refuses.
  void apply(std::string_view json);  // creates
  template <class T>
  T get(std::string_view name, std::string_view name_space = "default");
  template <class T>
  bool exists(std::string_view name, std::string_view name_space = "default");
  template <class T>
  std::vector<T> list();
  template <class T>
  void patch(std::string_view name, std::string_view merge_patch, std::string_view subresource = {},
             std::string_view name_space = "default");
  template <class T>
  void remove(std::string_view name, std::string_view propagation = "Background",
              std::string_view name_space = "default");
  // The text of an object as the server stores it; the error when it does not.
  kube::Outcome<std::string> read(const kube::ResourceType& type, std::string_view name, std::string_view name_space);

  void run_for(Duration span) { clock.run_for(loop, span); }
  // Runs until `done` holds or this much time has passed, and tells whether it holds.
  bool run_until(Duration limit, const std::function<bool()>& done);
  template <class T>
  T run(asio::awaitable<T> task) {
    return clock.run(loop, std::move(task));
  }
  apiserver::ApiServer& api() noexcept { return *api_; }

 private:
  asio::awaitable<void> intercept(http::Request& request, http::ResponseWriter& writer);
  void patch_object(const kube::ResourceType& type, std::string_view name, std::string_view merge_patch,
                    std::string_view subresource, std::string_view name_space);
  void remove_object(const kube::ResourceType& type, std::string_view name, std::string_view propagation,
                     std::string_view name_space);
  std::vector<std::string> list_objects(const kube::ResourceType& type);

  std::unique_ptr<apiserver::ApiServer> api_;
  http::Handler handler_;
  std::unique_ptr<http::Server> server_;       // logged
  std::unique_ptr<http::Server> user_server_;  // not logged
  Connections user_connections_;
  std::unique_ptr<kube::Client> user_;
};

template <class T>
T TestCluster::get(std::string_view name, std::string_view name_space) {
  return kube::decode_object<T>(read(T::resource_type(), name, name_space).value()).value();
}

template <class T>
bool TestCluster::exists(std::string_view name, std::string_view name_space) {
  return read(T::resource_type(), name, name_space).has_value();
}

template <class T>
std::vector<T> TestCluster::list() {
  std::vector<T> result;
  for (const auto& text : list_objects(T::resource_type())) result.push_back(kube::decode_object<T>(text).value());
  return result;
}

template <class T>
void TestCluster::patch(std::string_view name, std::string_view merge_patch, std::string_view subresource,
                        std::string_view name_space) {
  patch_object(T::resource_type(), name, merge_patch, subresource, name_space);
}

template <class T>
void TestCluster::remove(std::string_view name, std::string_view propagation, std::string_view name_space) {
  remove_object(T::resource_type(), name, propagation, name_space);
}

}  // namespace kyma::test
