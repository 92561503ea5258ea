#include "operator/apiserver/list_handler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>
#include <utility>

#include "operator/apiserver/api_errors.hpp"
#include "operator/apiserver/continue_token.hpp"
#include "operator/apiserver/shown_object.hpp"
#include "operator/apiserver/snapshot.hpp"

namespace kyma::apiserver {
namespace {

// What is done before others get their turn: selectors' comparisons, table rows, and bytes parsed for those.
constexpr std::size_t kWorkPerTurn = 16 * 1024;
constexpr std::size_t kRowsPerTurn = 128;
constexpr std::size_t kRowBytesPerTurn = 256 * 1024;

// Says where the rest can be had all the same, though not as it was.
kube::Error expired_token(ContinueToken token) {
  auto error = kube::expired(
      "The provided continue parameter is too old to display a consistent list result. You can start a new list "
      "without "
      "the continue parameter, or use the continue token in this response to retrieve the remainder of the results. "
      "Continuing with the provided token results in an inconsistent list - objects that were created, modified, or "
      "deleted between the time the first chunk was returned and now may show up in the list.");
  token.revision.reset();
  error.continue_token = encode_continue_token(token);
  return error;
}

// The version that must be shown, and no other. A limit beside a version asks for that too, though it does not say so.
std::optional<Revision> exact_revision(const ListOptions& options) {
  const bool given = options.revision && *options.revision != 0;
  const bool exact =
      options.match == RevisionMatch::exact || (options.match == RevisionMatch::unspecified && options.limit > 0);
  return given && exact ? options.revision : std::nullopt;
}

asio::awaitable<void> yield() { co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable); }

std::string list_head(const Resource& resource, const Representation& representation, Revision revision,
                      const std::string& continue_token, std::optional<std::int64_t> remaining) {
  json::Writer metadata;
  metadata.object([&] {
    if (!continue_token.empty()) metadata.key("continue").string(continue_token);
    if (remaining) metadata.key("remainingItemCount").integer(*remaining);
    metadata.key("resourceVersion").string(fmt::format("{}", revision));
  });
  return fmt::format("{{\"apiVersion\":{},\"kind\":\"{}\",\"metadata\":{},\"items\":[",
                     shown_api_version(resource, representation), shown_list_kind(resource, representation),
                     metadata.view());
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
    if (!token->revision) {
      after = std::move(token->last_key);
      co_return co_await take_snapshot(storage_, *resource.table, selection.name_space());
    }
    auto kept = snapshots_.find(*resource.table, selection.name_space(), *token->revision);
    if (!kept.objects) co_return expired_token(std::move(*token));
    after = std::move(token->last_key);
    co_return kept;
  }
  if (options.revision && *options.revision > current) co_return too_large_revision(*options.revision, current);
  if (const auto exact = exact_revision(options); exact && *exact != current) {
    auto kept = snapshots_.find(*resource.table, selection.name_space(), *exact);
    if (!kept.objects) kept = co_await take_snapshot_at(storage_, *resource.table, selection.name_space(), *exact);
    if (kept.objects) co_return kept;
    co_return kube::expired(fmt::format("The resourceVersion for the provided list is too old: {}", *exact));
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
  std::size_t work = 0;
  for (; object != all.end() && page.objects.size() < limit; ++object) {
    if (work += selection.work(**object); work > kWorkPerTurn) {
      work = 0;
      co_await yield();
    }
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
  const auto head =
      list_head(resource, exchange.representation, page.snapshot.revision, page.continue_token, page.remaining);
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
    append_shown(resource, exchange.representation, *object, pieces, made);
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
  options.api_version = exchange.representation.version;
  const auto version = fmt::format("{}", page.snapshot.revision);
  co_await send_rows(exchange, page, options, {version, page.continue_token, page.remaining});
}

asio::awaitable<void> ListHandler::send_rows(Exchange& exchange, const Page& page, const TableOptions& options,
                                             const TableMeta& meta) {
  TableBuilder table(exchange.resource->printer, options);
  bool streaming = false;
  std::size_t rows = 0;
  std::size_t bytes = 0;
  for (const auto* object : page.objects) {
    const auto document = json::parse(text_of(*exchange.resource, *object));
    if (document) table.add(*document);
    if (table.bytes() >= options_.chunk_bytes) {
      if (!streaming && !co_await exchange.start_stream()) co_return;
      streaming = true;
      const auto text = table.take(meta);
      if (!co_await exchange.writer.write(std::array{std::string_view(text)})) co_return;
    }
    bytes += object->json.size();
    if (++rows < kRowsPerTurn && bytes < kRowBytesPerTurn) continue;
    rows = bytes = 0;
    co_await yield();
  }
  auto rest = std::move(table).finish(meta);
  if (streaming) {
    co_await exchange.writer.write(std::array{std::string_view(rest)});
  } else {
    co_await exchange.respond(200, std::move(rest));
  }
}

}  // namespace kyma::apiserver
