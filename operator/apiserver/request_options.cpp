#include "operator/apiserver/request_options.hpp"

#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "operator/apiserver/api_errors.hpp"
#include "operator/apiserver/managed_fields.hpp"
#include "operator/apiserver/metadata_rules.hpp"
#include "operator/apiserver/schema_cause.hpp"
#include "operator/base/utf8.hpp"

namespace kyma::apiserver {
namespace {

bool is_true(std::string_view text) noexcept {
  return text == "true" || text == "1" || text == "True" || text == "TRUE";
}

kube::Outcome<std::int64_t> parse_integer(std::string_view name, std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return kube::bad_request(fmt::format("invalid query parameter {}: \"{}\" is not a 64-bit integer", name, text));
  }
  return value;
}

kube::Outcome<void> check_dry_run(std::string_view kind, std::string_view value) {
  if (value == "All") return {};
  return invalid_options(kind, {unsupported_value("dryRun", value, "\"All\"")});
}

kube::Outcome<void> parse_revision_options(const http::Target& target, ListOptions& options) {
  if (const auto text = target.param("resourceVersion"); !text.empty()) {
    options.revision = parse_revision(text);
    if (!options.revision) return invalid_revision(text);
  }
  const auto match = target.param("resourceVersionMatch");
  if (match.empty()) return {};
  if (match == "Exact")
    options.match = RevisionMatch::exact;
  else if (match == "NotOlderThan")
    options.match = RevisionMatch::not_older_than;
  else {
    return invalid_options("ListOptions",
                           {unsupported_value("resourceVersionMatch", match, "\"Exact\", \"NotOlderThan\"")});
  }
  return {};
}

// Which of the parameters go together, in Kubernetes' words.
std::vector<kube::StatusCause> check_list(const ListOptions& options) {
  std::vector<kube::StatusCause> causes;
  if (options.match == RevisionMatch::unspecified) return causes;
  if (!options.revision) {
    causes.push_back(forbidden_value("resourceVersionMatch",
                                     "resourceVersionMatch is forbidden unless resourceVersion is provided"));
  }
  if (!options.continue_token.empty()) {
    causes.push_back(
        forbidden_value("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided"));
  }
  if (options.match == RevisionMatch::exact && options.revision == Revision{0}) {
    causes.push_back(forbidden_value("resourceVersionMatch",
                                     "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""));
  }
  return causes;
}

std::vector<kube::StatusCause> check_watch(const ListOptions& options, bool watch_list) {
  std::vector<kube::StatusCause> causes;
  if (options.send_initial_events) {
    if (options.match != RevisionMatch::not_older_than) {
      causes.push_back(forbidden_value("resourceVersionMatch",
                                       "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
    }
    if (!watch_list) {
      causes.push_back(
          forbidden_value("sendInitialEvents",
                          "sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled"));
    } else if (*options.send_initial_events && !options.bookmarks) {
      causes.push_back(
          forbidden_value("sendInitialEvents", "sendInitialEvents requires setting allowWatchBookmarks to true"));
    }
  } else if (options.match != RevisionMatch::unspecified) {
    causes.push_back(forbidden_value(
        "resourceVersionMatch", "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"));
  }
  return causes;
}

kube::Outcome<Propagation> parse_propagation(std::string_view text) {
  if (text == "Background") return Propagation::background;
  if (text == "Foreground") return Propagation::foreground;
  if (text == "Orphan") return Propagation::orphan;
  return invalid_options("DeleteOptions", {unsupported_value("propagationPolicy", text,
                                                             "\"Foreground\", \"Background\", \"Orphan\", nil")});
}

kube::Outcome<void> read_delete_preconditions(const json::Value& options, DeleteRequest& request) {
  if (const auto uid = json::string_at(options, {"preconditions", "uid"}); !uid.empty()) {
    request.preconditions.uid = kube::Uid(uid);
  }
  if (const auto text = json::string_at(options, {"preconditions", "resourceVersion"}); !text.empty()) {
    request.preconditions.revision = parse_revision(text);
    if (!request.preconditions.revision) return invalid_revision(text);
  }
  return {};
}

// Nothing here takes time to end, so that any period will do; Kubernetes takes a negative one for a second.
kube::Outcome<void> check_grace_period(const json::Value& options) {
  const auto* seconds = json::find(options, "gracePeriodSeconds");
  if (!seconds || seconds->IsNull() || seconds->IsInt64()) return {};
  return kube::bad_request(
      fmt::format("DeleteOptions in version \"v1\" cannot be handled as a DeleteOptions: gracePeriodSeconds must be a "
                  "64-bit integer, not {}",
                  seconds->IsNumber() ? json::to_string(*seconds) : std::string(type_name(*seconds))));
}

kube::Outcome<void> read_delete_options(const json::Value& options, DeleteRequest& request) {
  if (const auto kind = json::string_at(options, {"kind"}, "DeleteOptions"); kind != "DeleteOptions") {
    return kube::bad_request(fmt::format("the body of a DELETE must be a DeleteOptions object, not a {}", kind));
  }
  if (auto read = read_delete_preconditions(options, request); !read) return read;
  if (auto valid = check_grace_period(options); !valid) return valid;
  const auto policy = json::string_at(options, {"propagationPolicy"});
  const auto* orphan = json::find(options, "orphanDependents");
  const bool has_orphan = orphan && orphan->IsBool();
  if (!policy.empty() && has_orphan) {
    return invalid_options(
        "DeleteOptions",
        {invalid_value("propagationPolicy", policy, "orphanDependents and deletionPropagation cannot be both set")});
  }
  if (!policy.empty()) {
    auto parsed = parse_propagation(policy);
    if (!parsed) return parsed.error();
    request.propagation = *parsed;
  } else if (has_orphan) {
    request.propagation = orphan->GetBool() ? Propagation::orphan : Propagation::background;
  }
  const auto* dry_run = json::find(options, "dryRun");
  if (!dry_run || !dry_run->IsArray()) return {};
  for (const auto& element : dry_run->GetArray()) {
    if (auto valid = check_dry_run("DeleteOptions", element.IsString() ? json::view(element) : "?"); !valid)
      return valid;
    request.dry_run = true;
  }
  return {};
}

}  // namespace

bool asks_for_watch(const http::Target& target) noexcept { return is_true(target.param("watch")); }

kube::Outcome<ListOptions> parse_list_options(const http::Target& target, bool watch, bool watch_list) {
  ListOptions options;
  options.label_selector = target.param("labelSelector");
  options.field_selector = target.param("fieldSelector");
  options.continue_token = target.param("continue");
  options.bookmarks = is_true(target.param("allowWatchBookmarks"));
  if (const auto text = target.param("sendInitialEvents"); !text.empty()) options.send_initial_events = is_true(text);
  if (auto parsed = parse_revision_options(target, options); !parsed) return parsed.error();
  if (const auto text = target.param("limit"); !text.empty()) {
    const auto limit = parse_integer("limit", text);
    if (!limit) return limit.error();
    options.limit = std::max<std::int64_t>(*limit, 0);
  }
  if (const auto text = target.param("timeoutSeconds"); !text.empty()) {
    const auto seconds = parse_integer("timeoutSeconds", text);
    if (!seconds) return seconds.error();
    constexpr std::int64_t kDay = 24 * 60 * 60;
    if (*seconds > 0) options.timeout = std::chrono::seconds{std::min(*seconds, kDay)};
  }
  auto causes = watch ? check_watch(options, watch_list) : check_list(options);
  if (!watch && options.send_initial_events) {
    causes.push_back(forbidden_value("sendInitialEvents", "sendInitialEvents is forbidden for list"));
  }
  if (!causes.empty()) return invalid_options("ListOptions", std::move(causes));
  return options;
}

kube::Outcome<WriteOptions> parse_write_options(const http::Target& target) {
  WriteOptions options;
  for (const auto& [name, value] : target.query) {
    if (name == "dryRun" && !value.empty()) {
      if (auto valid = check_dry_run("CreateOptions", value); !valid) return valid.error();
      options.dry_run = true;
    } else if (name == "fieldManager") {
      if (const auto why = check_manager(value); !why.empty()) {
        return invalid_options("CreateOptions", {invalid_value("fieldManager", make_utf8(value), why)});
      }
      options.manager = value;
    } else if (name == "force") {
      options.force = is_true(value);
    } else if (name == "fieldValidation" && !value.empty()) {
      if (value == "Strict")
        options.validation = FieldValidation::strict;
      else if (value == "Warn")
        options.validation = FieldValidation::warn;
      else if (value == "Ignore")
        options.validation = FieldValidation::ignore;
      else {
        return invalid_options("CreateOptions",
                               {unsupported_value("fieldValidation", value, "\"Ignore\", \"Strict\", \"Warn\"")});
      }
    }
  }
  return options;
}

kube::Outcome<DeleteRequest> parse_delete_request(const http::Target& target, std::string_view body) {
  DeleteRequest request;
  if (body.find_first_not_of(" \t\r\n") != std::string_view::npos) {
    FieldProblems ignored;
    const auto options = parse_object(body, ignored);
    if (!options) return options.error();
    if (auto read = read_delete_options(*options, request); !read) return read.error();
  }
  if (const auto policy = target.param("propagationPolicy"); !policy.empty()) {
    auto parsed = parse_propagation(policy);
    if (!parsed) return parsed.error();
    request.propagation = *parsed;
  }
  if (const auto text = target.param("gracePeriodSeconds"); !text.empty()) {
    if (const auto seconds = parse_integer("gracePeriodSeconds", text); !seconds) return seconds.error();
  }
  if (const auto text = target.param("dryRun"); !text.empty()) {
    if (auto valid = check_dry_run("DeleteOptions", text); !valid) return valid.error();
    request.dry_run = true;
  }
  return request;
}

}  // namespace kyma::apiserver
