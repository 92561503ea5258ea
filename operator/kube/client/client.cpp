#include "operator/kube/client/client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "operator/http/url.hpp"
#include "operator/kube/client/access.hpp"
#include "operator/kube/client/forbidden.hpp"
#include "operator/kube/client/transport.hpp"

namespace kyma::kube {
namespace {

constexpr std::string_view kJson = "application/json";
constexpr std::string_view kMergePatch = "application/merge-patch+json";
// An answer that says why a stream was refused is short.
constexpr std::size_t kMaxErrorBytes = 1024 * 1024;

bool is_success(unsigned status) noexcept { return status >= 200 && status < 300; }

// A target with its query, built up name by name; empty values are left out.
class Target {
 public:
  explicit Target(std::string path) : text_(std::move(path)) {}

  Target& add(std::string_view name, std::string_view value) {
    if (!value.empty()) {
      text_ += text_.find('?') == std::string::npos ? '?' : '&';
      text_.append(name).append("=").append(http::percent_encode(value));
    }
    return *this;
  }
  Target& add(std::string_view name, std::int64_t value) {
    return value > 0 ? add(name, fmt::to_string(value)) : *this;
  }
  Target& flag(std::string_view name, bool value) { return value ? add(name, "true") : *this; }
  std::string str() && { return std::move(text_); }

 private:
  std::string text_;
};

// An empty part would make the path that of a whole collection.
std::optional<Error> check_object_path(const ResourceType& type, std::string_view name_space, std::string_view name) {
  if (name.empty()) return bad_request(fmt::format("a request for one of {} needs a name", type.group_resource()));
  if (type.namespaced && name_space.empty()) {
    return bad_request(fmt::format("a request for {} \"{}\" needs a namespace", type.group_resource(), name));
  }
  return std::nullopt;
}

asio::awaitable<Outcome<std::string>> refuse(Error error) { co_return error; }

asio::awaitable<Outcome<void>> without_body(asio::awaitable<Outcome<std::string>> call) {
  const auto answer = co_await std::move(call);
  co_return answer ? Outcome<void>() : answer.error();
}

std::string delete_options(const DeleteOptions& options) {
  if (options.propagation.empty() && options.uid.empty() && !options.resource_version) return {};
  json::Writer out;
  out.object([&] {
    out.key("kind").string("DeleteOptions").key("apiVersion").string("v1");
    if (!options.propagation.empty()) out.key("propagationPolicy").string(options.propagation);
    if (options.uid.empty() && !options.resource_version) return;
    out.key("preconditions").object([&] {
      if (!options.uid.empty()) out.key("uid").string(options.uid.str());
      if (options.resource_version) out.key("resourceVersion").string(fmt::to_string(*options.resource_version));
    });
  });
  return out.str();
}

}  // namespace

asio::awaitable<Outcome<std::string_view>> BodyStream::read(Duration limit) {
  const auto piece = co_await stream_->read(limit);
  if (!piece) co_return error_from_transport(piece.error());
  bytes_ += piece->size();
  if (piece->empty() && sizes_) std::exchange(sizes_, nullptr)->observe(static_cast<double>(bytes_));
  co_return *piece;
}

class Client::Impl {
 public:
  Impl(asio::any_io_executor executor, Clock& clock, http::Dialer dialer, Access reached, const ClusterConfig& config,
       const ClientOptions& options, metrics::Registry* metrics)
      : access(std::move(reached)),
        transport(std::move(executor), clock, std::move(dialer), access.credentials, config, options, metrics),
        timeout(options.timeout),
        field_manager(options.field_manager),
        permissions_place(options.permissions_place) {}

  // Sends; an answer that is no success becomes the error it tells.
  asio::awaitable<Outcome<std::string>> send(Call call) {
    const Method method = call.method;
    const std::string target = call.target;
    auto answer = co_await transport.send(std::move(call));
    if (!answer) co_return answer.error();
    if (!is_success(answer->status)) {
      co_return explain(error_from_response(answer->status, answer->body, answer->headers.get("Retry-After")), method,
                        target);
    }
    co_return std::move(answer->body);
  }

  // The same for an answer that is streamed. `count_size`: whether its size is worth knowing.
  asio::awaitable<Outcome<std::unique_ptr<BodyStream>>> open(std::string target, bool count_size) {
    auto answer = co_await transport.open({Method::get, target});
    if (!answer) co_return answer.error();
    std::unique_ptr<http::ResponseStream> stream = *std::move(answer);
    const unsigned status = stream->head().status;
    if (is_success(status)) {
      co_return std::make_unique<BodyStream>(std::move(stream),
                                             count_size ? &transport.response_sizes(Method::get) : nullptr);
    }
    const std::string retry_after(stream->head().headers.get("Retry-After"));
    const auto body = co_await stream->read_all(timeout, kMaxErrorBytes);
    co_return explain(error_from_response(status, body ? std::string_view(*body) : std::string_view(), retry_after),
                      Method::get, target);
  }

  Error explain(Error error, Method method, std::string_view target) const {
    if (!error.is_forbidden()) return error;
    return explain_forbidden(std::move(error), attempt_of(method, target), permissions_place);
  }

  std::string write_target(std::string path) const {
    Target target(std::move(path));
    if (!field_manager.empty()) target.add("fieldManager", field_manager);
    return std::move(target).str();
  }

  Access access;
  Transport transport;
  Duration timeout;
  std::string field_manager;
  std::string permissions_place;
};

Outcome<std::unique_ptr<Client>> Client::make(asio::any_io_executor executor, Clock& clock, const ClusterConfig& config,
                                              ClientOptions options, metrics::Registry* metrics) {
  auto access = options.share_access_with ? Outcome<Access>(options.share_access_with->impl_->access)
                                          : open_access(clock, config, options.process_runner, metrics);
  if (!access) return access.error();
  auto dialer = http::make_dialer(clock, access->route, options.timeout);
  return std::unique_ptr<Client>(new Client(std::make_unique<Impl>(std::move(executor), clock, std::move(dialer),
                                                                   *std::move(access), config, options, metrics)));
}

std::unique_ptr<Client> Client::make_with_dialer(asio::any_io_executor executor, Clock& clock, http::Dialer dialer,
                                                 const ClusterConfig& config, ClientOptions options,
                                                 metrics::Registry* metrics) {
  Access access = options.share_access_with ? options.share_access_with->impl_->access
                                            : make_access_without_route(clock, config, options.process_runner, metrics);
  return std::unique_ptr<Client>(new Client(std::make_unique<Impl>(std::move(executor), clock, std::move(dialer),
                                                                   std::move(access), config, options, metrics)));
}

Client::Client(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Client::~Client() = default;

// Paths are made before anything is awaited, so that a ResourceType need not live longer than the call expression.

asio::awaitable<Outcome<std::string>> Client::get(const ResourceType& type, std::string name_space, std::string name) {
  if (auto wrong = check_object_path(type, name_space, name)) return refuse(*std::move(wrong));
  return impl_->send({Method::get, type.path(name_space, name)});
}

asio::awaitable<Outcome<std::string>> Client::create(const ResourceType& type, std::string name_space,
                                                     std::string body) {
  if (type.namespaced && name_space.empty()) {
    return refuse(bad_request(fmt::format("creating one of {} needs a namespace", type.group_resource())));
  }
  return impl_->send({Method::post, impl_->write_target(type.path(name_space)), std::move(body), kJson});
}

asio::awaitable<Outcome<std::string>> Client::update(const ResourceType& type, std::string name_space, std::string name,
                                                     std::string body, std::string subresource) {
  if (auto wrong = check_object_path(type, name_space, name)) return refuse(*std::move(wrong));
  return impl_->send(
      {Method::put, impl_->write_target(type.path(name_space, name, subresource)), std::move(body), kJson});
}

asio::awaitable<Outcome<std::string>> Client::merge_patch(const ResourceType& type, std::string name_space,
                                                          std::string name, std::string body, std::string subresource) {
  if (auto wrong = check_object_path(type, name_space, name)) return refuse(*std::move(wrong));
  return impl_->send(
      {Method::patch, impl_->write_target(type.path(name_space, name, subresource)), std::move(body), kMergePatch});
}

asio::awaitable<Outcome<void>> Client::remove(const ResourceType& type, std::string name_space, std::string name,
                                              DeleteOptions options) {
  if (auto wrong = check_object_path(type, name_space, name)) return without_body(refuse(*std::move(wrong)));
  std::string body = delete_options(options);
  const std::string_view content_type = body.empty() ? std::string_view() : kJson;
  return without_body(impl_->send({Method::remove, type.path(name_space, name), std::move(body), content_type}));
}

asio::awaitable<Outcome<std::unique_ptr<BodyStream>>> Client::list(const ResourceType& type, ListOptions options) {
  Target target(type.path(options.name_space));
  target.add("labelSelector", options.label_selector).add("fieldSelector", options.field_selector);
  target.add("limit", options.limit).add("continue", options.continue_token);
  // A continue token says the version itself; servers refuse both.
  if (options.continue_token.empty()) target.add("resourceVersion", options.resource_version);
  return impl_->open(std::move(target).str(), true);
}

asio::awaitable<Outcome<std::unique_ptr<BodyStream>>> Client::watch(const ResourceType& type, WatchOptions options) {
  Target target(type.path(options.name_space));
  target.flag("watch", true).flag("allowWatchBookmarks", options.bookmarks);
  target.add("labelSelector", options.label_selector).add("fieldSelector", options.field_selector);
  target.add("resourceVersion", options.resource_version).add("timeoutSeconds", options.timeout.count());
  if (options.send_initial_events) {
    target.flag("sendInitialEvents", true).add("resourceVersionMatch", "NotOlderThan");
  }
  return impl_->open(std::move(target).str(), false);
}

asio::awaitable<Outcome<std::string>> Client::get_raw(std::string target) {
  return impl_->send({Method::get, std::move(target)});
}

std::string Client::why_waiting() const { return impl_->transport.why_waiting(); }

void Client::close() noexcept { impl_->transport.close(); }

}  // namespace kyma::kube
