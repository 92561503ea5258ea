// What every log line of a reconcile tells besides its message, as controller-runtime has it: controller,
// controllerGroup, controllerKind, namespace, name and reconcileID.
//
// A reconcile that logs nothing pays two pointers for it: who is running is a list, looked through when a line is
// written, where the object tells the reconcile since a key is never reconciled twice at a time. The ID is unique
// beyond this process and looks like the UUIDs of other operators. Lifetime: longer than its Running. Thread: one.
#pragma once

#include <boost/intrusive/list.hpp>

#include <cstdint>
#include <string>

#include "operator/base/log.hpp"
#include "operator/kube/meta/resource_type.hpp"
#include "operator/runtime/reconciler.hpp"

namespace kyma::runtime {

class ReconcileLog {
 public:
  // Until it goes, lines about this object are of this reconcile. `request` must live as long.
  class Running : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
   public:
    Running(ReconcileLog& log, const Request& request) : request_(request), number_(++log.started_) {
      log.running_.push_front(*this);
    }

   private:
    friend class ReconcileLog;
    const Request& request_;
    std::uint64_t number_;
  };

  explicit ReconcileLog(std::string controller);
  // The kind that is reconciled.
  void set_type(const kube::ResourceType& type) {
    group_ = type.group;
    kind_ = type.kind;
  }
  // `log` with all of the above; without an ID when the object is not being reconciled.
  Logger of(const Logger& log, const Request& request) const;

 private:
  std::string id_of(const Running& reconcile) const;

  std::string controller_;
  std::string group_;
  std::string kind_;
  std::uint64_t seed_;  // makes the IDs of processes different
  std::uint64_t started_ = 0;
  boost::intrusive::list<Running, boost::intrusive::constant_time_size<false>> running_;
};

}  // namespace kyma::runtime
