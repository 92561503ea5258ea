// The rules for Services, and the addresses and node ports that they get.
//
// Addresses are of 10.96.0.0/16 and node ports of 30000..32767, as a new cluster has them. They lead nowhere: nothing
// forwards packets here. Guarantee: no two services have one address or node port. A dry run takes none.
// Thread: confined to the storage's. Lifetime: refers to the storage's table of services.
#pragma once

#include <memory>

#include "operator/apiserver/resource.hpp"
#include "operator/apiserver/storage.hpp"

namespace kyma::apiserver {

std::shared_ptr<const Strategy> make_service_strategy(Storage& storage);

}  // namespace kyma::apiserver
