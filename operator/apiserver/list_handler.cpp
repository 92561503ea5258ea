#include "operator/apiserver/list_handler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>
#include <utility>

#include "operator/apiserver/api_errors.hpp"
#include "operator/apiserver/continue_token.hpp"
#include "operator/apiserver/snapshot.hpp"

namespace kyma::apiserver {
namespace {

// Objects looked at, and table rows printed, before others get their turn.
constexpr std::size_t kObjectsPerTurn = 4096;
constexpr std::size_t kRowsPerTurn = 128;

asio::awaitable<void> yield() { co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable); }

std::string list_head(const Resource& resource, Revision revision, const std::string& continue_token,
                      std::optional<std::int64_t> remaining) {
  json::Writer metadata;
  metadata.object([&] {
    if (!continue_token.empty()) metadata.key("continue").string(continue_token);
    if (remaining) metadata.key("remainingItemCount").integer(*remaining);
    metadata.key("resourceVersion").string(fmt::format("{}", revision));
  });
  return fmt::format("{{\"apiVersion\":{},\"kind\":\"{}\",\"metadata\":{},\"items\":[", resource.api_version_text,
                     resource.list_kind, metadata.view());
}

}  // namespace

asio::awaitable<kube::Outcome<Snapshot>> ListHandler::snapshot_for(const Resource& resource, const Selection& selection,
                                                                   const ListOptions& options, std::string& after) {
  const auto current = storage_.revision();
  if (!options.continue_token.empty()) {
    auto token = decode_continue_token(options.continue_token);
    if (!token) co_return kube::bad_request("continue key is not valid: it is not one that this server gave out");
    if (options.revision && *options.revision != 0) {
      co_return kube::bad_request("specifying resource version is not allowed when using continue");
    }
    auto kept = snapshots_.find(*resource.table, selection.name_space(), token->revision);
    if (!kept.objects) {
      co_return kube::expired(
          "The provided continue parameter is too old to display a consistent list result. You must start a new list "
          "without the continue parameter.");
    }
    after = std::move(token->last_key);
    co_return kept;
  }
  if (options.revision && *options.revision > current) co_return too_large_revision(*options.revision, current);
  if (options.match == RevisionMatch::exact && options.revision && *options.revision != current) {
    auto kept = snapshots_.find(*resource.table, selection.name_space(), *options.revision);
    if (kept.objects) co_return kept;
    co_return kube::expired(
        fmt::format("The resourceVersion for the provided list is too old: {} (only the current version "
                    "and those of running paged lists are kept)",
                    *options.revision));
  }
  co_return co_await take_snapshot(storage_, *resource.table, selection.name_space());
}

asio::awaitable<ListHandler::Page> ListHandler::select(const Resource& resource, const Selection& selection,
                                                       const ListOptions& options, Snapshot snapshot,
                                                       std::string after) {
  Page page{std::move(snapshot), {}, {}, {}};
  const auto& all = *page.snapshot.objects;
  auto object = all.begin();
  if (!after.empty()) {
    object = std::upper_bound(all.begin(), all.end(), after,
                              [](const std::string& key, const ObjectPtr& o) { return key < o->key(); });
  }
  // resourceVersion=0 means "from the cache", which pages nothing.
  const bool paged = options.limit > 0 && options.revision != Revision{0};
  const auto limit = paged ? static_cast<std::size_t>(options.limit) : all.size();
  std::size_t looked_at = 0;
  for (; object != all.end() && page.objects.size() < limit; ++object) {
    if (++looked_at % kObjectsPerTurn == 0) co_await yield();
    if (selection.everything() || selection.matches(**object)) page.objects.push_back(object->get());
  }
  if (object != all.end() && !page.objects.empty()) {
    page.continue_token = encode_continue_token({page.snapshot.revision, (*(object - 1))->key()});
    if (selection.everything()) page.remaining = all.end() - object;
    snapshots_.keep(*resource.table, selection.name_space(), page.snapshot);
  }
  co_return page;
}

asio::awaitable<void> ListHandler::list(Exchange& exchange) {
  const auto& resource = *exchange.resource;
  const auto options = parse_list_options(exchange.target, false);
  if (!options) {
    co_await exchange.fail(options.error());
    co_return;
  }
  const auto selection =
      Selection::parse(resource, exchange.info.name_space, options->label_selector, options->field_selector);
  if (!selection) {
    co_await exchange.fail(selection.error());
    co_return;
  }
  std::string after;
  auto snapshot = co_await snapshot_for(resource, *selection, *options, after);
  if (!snapshot) {
    co_await exchange.fail(snapshot.error());
    co_return;
  }
  const auto page = co_await select(resource, *selection, *options, std::move(*snapshot), std::move(after));
  if (exchange.representation.table)
    co_await send_table(exchange, page);
  else
    co_await send_list(exchange, page);
}

asio::awaitable<void> ListHandler::send_objects(Exchange& exchange, const std::vector<ObjectPtr>& objects) {
  Page page{{storage_.revision(), {}}, {}, {}, {}};
  page.objects.reserve(objects.size());
  for (const auto& object : objects) page.objects.push_back(object.get());
  co_await send_list(exchange, page);
}

asio::awaitable<void> ListHandler::send_row(Exchange& exchange, const StoredObject& object) {
  const Page page{{object.revision, {}}, {&object}, {}, {}};
  co_await send_table(exchange, page);
}

asio::awaitable<void> ListHandler::send_list(Exchange& exchange, const Page& page) {
  const auto& resource = *exchange.resource;
  const auto head = list_head(resource, page.snapshot.revision, page.continue_token, page.remaining);
  std::vector<std::string_view> pieces{head};
  std::deque<std::string> made;
  std::size_t bytes = head.size();
  bool streaming = false;
  bool first = true;
  for (const auto* object : page.objects) {
    if (bytes >= options_.chunk_bytes) {
      if (!streaming && !co_await exchange.start_stream()) co_return;
      streaming = true;
      if (!co_await exchange.writer.write(pieces)) co_return;
      co_await yield();
      pieces.clear();
      made.clear();
      bytes = 0;
    }
    if (!first) pieces.emplace_back(",");
    first = false;
    append_text(resource, *object, pieces, made);
    bytes += object->json.size() + 1;
  }
  pieces.emplace_back("]}");
  if (streaming) {
    co_await exchange.writer.write(pieces);
    co_return;
  }
  std::string body;
  body.reserve(bytes + 2);
  for (const auto piece : pieces) body += piece;
  co_await exchange.respond(200, std::move(body));
}

asio::awaitable<void> ListHandler::send_table(Exchange& exchange, const Page& page) {
  const auto include = include_object_from_string(exchange.target.param("includeObject"));
  if (!include) {
    co_await exchange.fail(invalid_options(
        "TableOptions",
        {{"FieldValueNotSupported", "Unsupported value: supported values: \"None\", \"Metadata\", \"Object\"",
          "includeObject"}}));
    co_return;
  }
  TableOptions options;
  options.now = clock_.wall_now();
  options.include = *include;
  options.api_version = exchange.representation.table_version;
  TableBuilder table(exchange.resource->printer, options);
  std::size_t rows = 0;
  for (const auto* object : page.objects) {
    const auto document = json::parse(text_of(*exchange.resource, *object));
    if (document) table.add(*document);
    if (++rows % kRowsPerTurn == 0) co_await yield();
  }
  const auto version = fmt::format("{}", page.snapshot.revision);
  co_await exchange.respond(200, std::move(table).finish({version, page.continue_token, page.remaining}));
}

}  // namespace kyma::apiserver
