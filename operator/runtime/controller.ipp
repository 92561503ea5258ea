// The bodies of Controller's templates; included by controller.hpp alone.
#pragma once

#include <utility>

namespace kyma::runtime {

template <class T>
void Controller::watches(Informer<T>& informer, Predicate<T> predicate, FlowOf<T> flow_of) {
  lines_.set_type(T::resource_type());
  if (!flow_of) flow_of = [](const T&) { return Flow(); };
  EventHandler<T> handler;
  handler.on_add = [this, flow_of](const ObjectPtr<T>& object, bool initial) {
    enqueue(key_of(*object), initial ? kPriorityLow : kPriorityHigh, flow_of(*object));
  };
  handler.on_update = [this, flow_of, passes = std::move(predicate), is_new_wish = generation_changed<T>()](
                          const ObjectPtr<T>& before, const ObjectPtr<T>& after) {
    if (!passes(*before, *after)) return;
    if (is_new_wish(*before, *after)) {
      enqueue(key_of(*after), kPriorityHigh, flow_of(*after));
    } else {
      enqueue_respecting_backoff(key_of(*after), kPriorityNormal, flow_of(*after));
    }
  };
  handler.on_delete = [this](const ObjectPtr<T>& last_known) { enqueue(key_of(*last_known)); };
  informer.add_handler(std::move(handler));
  add_resync([this, &informer, flow_of] {
    informer.store().for_each([&](const ObjectPtr<T>& object) {
      enqueue_respecting_backoff(key_of(*object), kPriorityLow, flow_of(*object));
    });
  });
}

template <class T>
void Controller::owns(Informer<T>& informer, std::string_view owner_api_version, std::string_view owner_kind,
                      Predicate<T> predicate) {
  const OwnerType type = owner_type(owner_api_version, owner_kind);
  EventHandler<T> handler;
  handler.on_add = [this, type](const ObjectPtr<T>& object, bool initial) {
    enqueue_owner(object->metadata, type, initial ? kPriorityLow : kPriorityNormal);
  };
  handler.on_update = [this, type, passes = std::move(predicate)](const ObjectPtr<T>& before,
                                                                  const ObjectPtr<T>& after) {
    if (!passes(*before, *after)) return;
    enqueue_owner(after->metadata, type, kPriorityNormal);
    // An object that changed hands matters to both.
    if (before->metadata.owner_references != after->metadata.owner_references) {
      enqueue_owner(before->metadata, type, kPriorityNormal);
    }
  };
  handler.on_delete = [this, type](const ObjectPtr<T>& last_known) {
    enqueue_owner(last_known->metadata, type, kPriorityNormal);
  };
  informer.add_handler(std::move(handler));
}

}  // namespace kyma::runtime
