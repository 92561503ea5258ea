#include "operator/apiserver/finalizers.hpp"

namespace kyma::apiserver {

bool remove_finalizer(json::Value& object, std::string_view finalizer) {
  auto* metadata = json::find(object, "metadata");
  auto* list = metadata ? json::find(*metadata, "finalizers") : nullptr;
  if (!list || !list->IsArray()) return false;
  bool found = false;
  for (auto element = list->Begin(); element != list->End();) {
    if (element->IsString() && json::view(*element) == finalizer) {
      element = list->Erase(element);
      found = true;
    } else {
      ++element;
    }
  }
  if (list->Empty()) metadata->RemoveMember("finalizers");
  return found;
}

void add_finalizer(json::Value& object, std::string_view finalizer, json::Allocator& allocator) {
  auto* metadata = json::find(object, "metadata");
  auto* list = json::find(*metadata, "finalizers");
  if (!list) {
    json::set(*metadata, "finalizers", json::Value(rapidjson::kArrayType), allocator);
    list = json::find(*metadata, "finalizers");
  }
  for (const auto& element : list->GetArray()) {
    if (element.IsString() && json::view(element) == finalizer) return;
  }
  list->PushBack(json::make_string(finalizer, allocator), allocator);
}

}  // namespace kyma::apiserver
