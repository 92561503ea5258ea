// Storage in memory: gone with the process, and as fast as that permits.
// Lifetime: must outlive all cursors into its histories. Thread: confined to one.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "operator/apiserver/storage.hpp"

namespace kyma::apiserver {

class MemoryTable;

class MemoryStorage final : public Storage {
 public:
  struct Limits {
    std::size_t history_events = 100'000;
    std::size_t history_bytes = 64 * 1024 * 1024;
  };

  // Versions count from `start` (at least kMinRevision); nothing older can be watched.
  MemoryStorage(Revision start, Limits limits);
  ~MemoryStorage() override;

  Revision revision() const noexcept override { return revision_; }
  Table& table(std::string_view resource) override;
  std::vector<Table*> tables() override;
  void observe(Observer observer) override { observers_.push_back(std::move(observer)); }
  void observe_accepted(Observer observer) override { observe(std::move(observer)); }
  void announce(Table&) override {}  // begins empty, and no write fails
  void on_recovery(std::function<void()>) override {}
  bool is_settled() const noexcept override { return true; }
  asio::awaitable<StorageOutcome<void>> settle() override { co_return StorageOutcome<void>(); }
  StorageOutcome<void> settle_now() override { return {}; }
  StorageOutcome<void> health() const override { return {}; }

  const HistoryBudget& history_budget() const noexcept { return budget_; }

 private:
  friend class MemoryTable;
  Revision next_revision();
  void committed(MemoryTable& table, Change change);

  Revision start_;
  Revision revision_;
  HistoryBudget budget_;
  std::unordered_map<std::string, std::unique_ptr<MemoryTable>> tables_;
  std::vector<Observer> observers_;
};

}  // namespace kyma::apiserver
