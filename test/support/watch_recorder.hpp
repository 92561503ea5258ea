// What a watch of one kind shows from now on, in order, through reconnections: the outside view of a lifecycle.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "operator/base/task_group.hpp"
#include "operator/kube/meta/watch_decoder.hpp"
#include "operator/runtime/reflector.hpp"
#include "test/support/test_cluster.hpp"

namespace kyma::test {

template <class T>
class WatchRecorder final : private runtime::ReflectorTarget {
 public:
  struct Event {
    kube::EventType type;
    T object;
    WallTime at{};  // when it was seen
  };

  explicit WatchRecorder(TestCluster& cluster)
      : cluster_(cluster),
        tasks_(cluster.loop.get_executor()),
        reflector_(cluster.user(), cluster.clock, T::resource_type(), {.random_seed = 1}, *this, nullptr) {
    tasks_.spawn(reflector_.run());
    cluster_.clock.run_until(cluster_.loop, [this] { return listed_; });
  }
  ~WatchRecorder() { cluster_.run(tasks_.stop()); }

  const std::vector<Event>& events() const noexcept { return events_; }
  // Those of one object.
  std::vector<Event> of(std::string_view name, std::string_view name_space = "default") const {
    std::vector<Event> result;
    for (const Event& event : events_) {
      if (event.object.metadata.name == name && event.object.metadata.name_space == name_space) result.push_back(event);
    }
    return result;
  }

 private:
  kube::Outcome<void> on_list_item(std::string_view) override { return {}; }
  asio::awaitable<void> on_list_complete(std::uint64_t) override {
    listed_ = true;
    co_return;
  }
  void on_list_abandoned() override {}
  kube::Outcome<void> on_event(kube::EventType type, std::string_view json, std::uint64_t& version) override {
    auto object = kube::decode_object<T>(json);
    if (!object) return kube::Error{kube::Reason::decode, 0, object.error().message};
    version = object->metadata.resource_version;
    if (type != kube::EventType::bookmark) events_.push_back({type, *std::move(object), cluster_.clock.wall_now()});
    return {};
  }

  TestCluster& cluster_;
  TaskGroup tasks_;
  std::vector<Event> events_;
  bool listed_ = false;
  runtime::Reflector reflector_;
};

}  // namespace kyma::test
