#include "operator/runtime/delay_heap.hpp"

namespace kyma::runtime {

void DelayHeap::push(SteadyTime deadline, std::uint32_t slot) {
  const Node node{deadline, slot, next_sequence_++};
  std::size_t index = nodes_.size();
  nodes_.push_back(node);
  while (index > 0) {
    const std::size_t parent = (index - 1) / kArity;
    if (!before(node, nodes_[parent])) break;
    nodes_[index] = nodes_[parent];
    index = parent;
  }
  nodes_[index] = node;
}

void DelayHeap::pop() noexcept {
  nodes_.front() = nodes_.back();
  nodes_.pop_back();
  if (!nodes_.empty()) sift_down(0);
}

void DelayHeap::sift_down(std::size_t index) noexcept {
  const Node node = nodes_[index];
  for (;;) {
    const std::size_t first = kArity * index + 1;
    if (first >= nodes_.size()) break;
    const std::size_t end = std::min(first + kArity, nodes_.size());
    // The grandchildren are neighbours: they are fetched while the children are compared.
    const Node* grandchildren = nodes_.data() + std::min(kArity * first + 1, nodes_.size());
    for (std::size_t i = 0; i < kArity; ++i) __builtin_prefetch(grandchildren + i * kArity);
    std::size_t least = first;
    for (std::size_t child = first + 1; child < end; ++child) {
      if (before(nodes_[child], nodes_[least])) least = child;
    }
    if (!before(nodes_[least], node)) break;
    nodes_[index] = nodes_[least];
    index = least;
  }
  nodes_[index] = node;
}

}  // namespace kyma::runtime
