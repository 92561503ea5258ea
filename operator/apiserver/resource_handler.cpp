#include "operator/apiserver/resource_handler.hpp"

#include <optional>
#include <utility>

#include "operator/apiserver/api_errors.hpp"
#include "operator/apiserver/audited_request.hpp"
#include "operator/apiserver/namespace_finalize.hpp"
#include "operator/apiserver/pod_connections.hpp"
#include "operator/apiserver/pod_eviction.hpp"
#include "operator/apiserver/request_options.hpp"
#include "operator/apiserver/scale.hpp"
#include "operator/apiserver/shown_object.hpp"
#include "operator/apiserver/snapshot.hpp"
#include "operator/apiserver/write_request.hpp"

namespace kyma::apiserver {
namespace {

constexpr std::size_t kDeletesPerTurn = 64;

// What has the status of its own: the decision on a request for a certificate is a part of it.
bool writes_status(const RequestInfo& info) { return info.subresource == "status" || info.subresource == "approval"; }

bool serves_approval(const Resource& resource) {
  return resource.type.group == "certificates.k8s.io" && resource.type.plural == "certificatesigningrequests";
}

// Which verbs a path knows, its resource being found.
bool is_served(const Exchange& exchange) {
  const auto& info = exchange.info;
  const auto& type = exchange.resource->type;
  const bool collection = info.name.empty();
  if (info.too_long || (!type.namespaced && !info.name_space.empty())) return false;
  // All namespaces at once can be listed and watched, and no more.
  if (type.namespaced && info.name_space.empty()) return collection;
  if (info.subresource.empty()) return true;
  if (info.subresource == "scale") return exchange.resource->scale.has_value();
  if (info.subresource == "approval") return serves_approval(*exchange.resource);
  if (info.subresource == "eviction") return is_pod_eviction(info);
  if (info.subresource == "finalize") return serves_finalize(*exchange.resource);
  return info.subresource == "status" && exchange.resource->has_status;
}

bool allows_method(const Exchange& exchange) {
  const auto& info = exchange.info;
  const auto& type = exchange.resource->type;
  const bool reads = info.verb == Verb::list || info.verb == Verb::watch;
  if (type.namespaced && info.name_space.empty()) return reads;
  if (info.subresource == "finalize") return info.verb == Verb::update;
  if (info.subresource == "eviction") return info.verb == Verb::create;
  if (!info.subresource.empty()) {
    return info.verb == Verb::get || info.verb == Verb::update || info.verb == Verb::patch;
  }
  if (info.verb == Verb::create) return info.name.empty();
  if (info.verb == Verb::update || info.verb == Verb::patch) return !info.name.empty();
  if (info.verb == Verb::remove_collection) return !(type.group.empty() && type.plural == "namespaces");
  return info.verb != Verb::unsupported;
}

// A Scale is always one, and what a deletion answers is not an object in every case.
Offer offer_for(const RequestInfo& info) {
  const bool removes = info.verb == Verb::remove || info.verb == Verb::remove_collection;
  Offer offer;
  offer.table = info.verb == Verb::get || info.verb == Verb::list || info.verb == Verb::watch;
  if (info.verb == Verb::list)
    offer.metadata_kind = "PartialObjectMetadataList";
  else if (!removes && info.subresource != "scale")
    offer.metadata_kind = "PartialObjectMetadata";
  return offer;
}

// Of a collection. Null when the object has gone or was made anew in the meantime: then it is not ours any more.
kube::Outcome<ObjectPtr> remove_one(ObjectService& objects, const Resource& resource, const StoredObject& object,
                                    const DeleteRequest& request) {
  const bool conditional = request.preconditions.uid || request.preconditions.revision;
  auto one = request;
  if (!conditional) one.preconditions.uid = object.uid;
  auto deleted = objects.remove(resource, object.name_space, object.name, one);
  if (deleted) return std::move(deleted->object);
  const auto& error = deleted.error();
  if (error.is_not_found() || (!conditional && error.is_conflict())) return ObjectPtr{};
  return error;
}

std::string delete_status(const Resource& resource, const StoredObject& object) {
  json::Writer writer;
  writer.object([&] {
    writer.key("kind").string("Status");
    writer.key("apiVersion").string("v1");
    writer.key("metadata").object([] {});
    writer.key("status").string("Success");
    writer.key("details").object([&] {
      writer.key("name").string(object.name);
      if (!resource.type.group.empty()) writer.key("group").string(resource.type.group);
      writer.key("kind").string(resource.type.plural);
      writer.key("uid").string(object.uid.str());
    });
  });
  return writer.str();
}

}  // namespace

kube::Outcome<void> ResourceHandler::check_request(Exchange& exchange) const {
  const auto& info = exchange.info;
  exchange.resource = objects_.registry().find(info.group, info.version, info.resource);
  if (is_pod_connection(info)) return refuse_pod_connection(objects_, info);
  if (!exchange.resource || !is_served(exchange)) return unknown_path();
  if (!allows_method(exchange)) return no_such_method();
  const auto accept = exchange.request.headers.get("Accept");
  auto representation = negotiate(accept, offer_for(info));
  if (!representation) return not_acceptable("application/json");
  exchange.representation = *representation;
  if (const auto& warning = exchange.resource->deprecation; !warning.empty()) exchange.warnings.push_back(warning);
  return {};
}

asio::awaitable<void> ResourceHandler::handle(Exchange& exchange) {
  if (auto checked = check_request(exchange); !checked) {
    co_await exchange.fail(checked.error());
    co_return;
  }
  switch (exchange.info.verb) {
    case Verb::get: co_await get(exchange); break;
    case Verb::list: co_await lists_.list(exchange); break;
    case Verb::watch: co_await watches_.watch(exchange); break;
    case Verb::create:
    case Verb::update:
    case Verb::patch:
      if (is_pod_eviction(exchange.info))
        co_await evict(exchange);
      else
        co_await write(exchange);
      break;
    case Verb::remove: co_await remove(exchange); break;
    case Verb::remove_collection: co_await remove_collection(exchange); break;
    case Verb::unsupported: co_await exchange.fail(no_such_method()); break;
  }
}

asio::awaitable<void> ResourceHandler::get(Exchange& exchange) {
  const auto& resource = *exchange.resource;
  const auto object = objects_.read(resource, exchange.info.name_space, exchange.info.name);
  if (!object) {
    co_await exchange.fail(object.error());
  } else if (exchange.info.subresource == "scale") {
    co_await exchange.respond(200, scale_of(resource, **object));
  } else if (exchange.representation.table) {
    co_await lists_.send_row(exchange, **object);
  } else {
    co_await exchange.respond(200, shown_text(resource, exchange.representation, **object));
  }
}

asio::awaitable<kube::Outcome<void>> ResourceHandler::settle() {
  auto& storage = objects_.storage();
  if (!storage.is_settled()) {
    const auto settled = co_await storage.settle();
    if (!settled) co_return kube::internal_error(settled.error().message);
  }
  co_return kube::Outcome<void>();
}

kube::Outcome<Written> ResourceHandler::apply_write(Exchange& exchange) {
  const auto& resource = *exchange.resource;
  const auto& info = exchange.info;
  auto options = parse_write_options(exchange.target);
  if (!options) return options.error();
  if (guard_for_) options->guard = guard_for_(exchange.user, resource);
  options->user_agent = exchange.request.headers.get("User-Agent");
  options->subresource = info.subresource;
  const auto part = writes_status(info) ? Part::status : Part::main;
  const auto& body = exchange.request.body;
  if (info.subresource == "scale") return apply_scale(exchange, *options);
  if (info.verb == Verb::patch) {
    const auto type = patch_type(resource, exchange.request.headers.get("Content-Type"));
    if (!type) return type.error();
    if (auto good = check_patch_options(*type, exchange.target, *options); !good) return good.error();
    if (*type == PatchType::apply) {
      if (may_create_) options->may_create = [this, &exchange] { return may_create_(exchange); };
      return objects_.apply(resource, info.name_space, info.name, part, body, *options);
    }
    return objects_.patch(resource, info.name_space, info.name, part, *type, body, *options);
  }
  if (auto read = read_body(exchange); !read) return read.error();
  if (info.verb == Verb::create) return objects_.create(resource, info.name_space, body, *options);
  if (info.subresource == "finalize") return finalize_namespace(objects_, resource, info.name, body, *options);
  return objects_.update(resource, info.name_space, info.name, part, body, *options);
}

kube::Outcome<Written> ResourceHandler::apply_scale(Exchange& exchange, const WriteOptions& options) {
  const auto& resource = *exchange.resource;
  const auto& info = exchange.info;
  const auto object = objects_.get(resource, info.name_space, info.name);
  if (!object) return object.error();
  FieldProblems ignored;
  kube::Outcome<json::Document> scale = kube::bad_request("");
  if (info.verb == Verb::patch) {
    const auto type = scale_patch_type(exchange.request.headers.get("Content-Type"));
    if (!type) return type.error();
    if (auto good = check_patch_options(*type, exchange.target, options); !good) return good.error();
    if (*type == PatchType::apply) {
      const auto configuration = configuration_of_scale(resource, info.name, exchange.request.body);
      if (!configuration) return configuration.error();
      return objects_.apply(resource, info.name_space, info.name, Part::main, *configuration, options);
    }
    scale = patched_scale(scale_of(resource, **object), *type, exchange.request.body);
  } else {
    if (auto read = read_body(exchange); !read) return read.error();
    scale = parse_object(exchange.request.body, ignored);
  }
  if (!scale) return scale.error();
  const auto patch = patch_of_scale(resource, info.name, *scale);
  if (!patch) return patch.error();
  return objects_.patch(resource, info.name_space, info.name, Part::main, PatchType::merge, *patch, options);
}

asio::awaitable<void> ResourceHandler::write(Exchange& exchange) {
  const auto& resource = *exchange.resource;
  auto written = apply_write(exchange);
  // A refusal waits too: the write that it is about may be on its way to the disk still.
  if (const auto settled = co_await settle(); !settled) {
    co_await exchange.fail(settled.error());
    co_return;
  }
  if (!written) {
    co_await exchange.fail(written.error());
    co_return;
  }
  if (exchange.audit) exchange.audit->names_object(written->object->name.view());
  exchange.warnings.insert(exchange.warnings.end(), written->warnings.begin(), written->warnings.end());
  const bool scale = exchange.info.subresource == "scale";
  co_await exchange.respond(
      exchange.info.verb == Verb::create || written->created ? 201 : 200,
      scale ? scale_of(resource, *written->object) : shown_text(resource, exchange.representation, *written->object));
}

asio::awaitable<void> ResourceHandler::evict(Exchange& exchange) {
  auto evicted = read_body(exchange);
  if (evicted) evicted = evict_pod(objects_, *exchange.resource, exchange);
  if (const auto settled = co_await settle(); !settled) {
    co_await exchange.fail(settled.error());
  } else if (!evicted) {
    co_await exchange.fail(evicted.error());
  } else {
    co_await exchange.respond(201,
                              R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Success","code":201})");
  }
}

asio::awaitable<void> ResourceHandler::remove(Exchange& exchange) {
  const auto& resource = *exchange.resource;
  const auto request = read_delete_request(exchange);
  if (!request) {
    co_await exchange.fail(request.error());
    co_return;
  }
  const auto deleted = objects_.remove(resource, exchange.info.name_space, exchange.info.name, *request);
  if (const auto settled = co_await settle(); !settled) {
    co_await exchange.fail(settled.error());
    co_return;
  }
  if (!deleted) {
    co_await exchange.fail(deleted.error());
    co_return;
  }
  co_await exchange.respond(
      200, deleted->gone ? delete_status(resource, *deleted->object) : text_of(resource, *deleted->object));
}

asio::awaitable<void> ResourceHandler::remove_collection(Exchange& exchange) {
  const auto& resource = *exchange.resource;
  const auto request = read_delete_request(exchange);
  const auto options = parse_list_options(exchange.target, false);
  const auto selection =
      options ? Selection::parse(resource, exchange.info.name_space, options->label_selector, options->field_selector)
              : kube::Outcome<Selection>(options.error());
  if (!request || !selection) {
    co_await exchange.fail(request ? selection.error() : request.error());
    co_return;
  }
  const auto snapshot =
      co_await take_snapshot(objects_.storage(), *resource.table, std::string(exchange.info.name_space));
  std::vector<ObjectPtr> removed;
  const auto most = options->limit > 0 ? static_cast<std::size_t>(options->limit) : snapshot.objects->size();
  std::size_t looked_at = 0;
  for (const auto& object : *snapshot.objects) {
    if (removed.size() == most) break;
    if (++looked_at % kDeletesPerTurn == 0) {
      // Before the others get their turn, since a failure is told only to those that wait for it.
      if (const auto settled = co_await settle(); !settled) {
        co_await exchange.fail(settled.error());
        co_return;
      }
      co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
    }
    if (!selection->matches(*object)) continue;
    auto gone = remove_one(objects_, resource, *object, *request);
    if (!gone) {
      co_await exchange.fail(gone.error());
      co_return;
    }
    if (*gone) removed.push_back(std::move(*gone));
  }
  if (const auto settled = co_await settle(); !settled) {
    co_await exchange.fail(settled.error());
    co_return;
  }
  co_await lists_.send_objects(exchange, removed);
}

}  // namespace kyma::apiserver
