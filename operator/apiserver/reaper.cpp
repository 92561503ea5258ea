#include "operator/apiserver/reaper.hpp"

#include "operator/apiserver/snapshot.hpp"

namespace kyma::apiserver {
namespace {

constexpr std::size_t kDeletesPerTurn = 64;

}  // namespace

asio::awaitable<bool> remove_all(ObjectService& objects, ResourcePtr resource, std::string name_space) {
  const auto snapshot = co_await take_snapshot(objects.storage(), *resource->table, name_space);
  std::size_t count = 0;
  for (const auto& object : *snapshot.objects) {
    if (++count % kDeletesPerTurn == 0) {
      co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
    }
    if (object->deletion) continue;
    DeleteRequest request;
    request.preconditions.uid = object->uid;
    request.propagation = Propagation::background;
    // Somebody else may have been faster; what counts is what is left in the end.
    static_cast<void>(objects.remove(*resource, object->name_space, object->name, request));
  }
  std::vector<ObjectPtr> none;
  const bool some_left = resource->table->scan(name_space, {}, 0, none);
  co_return !some_left;
}

}  // namespace kyma::apiserver
