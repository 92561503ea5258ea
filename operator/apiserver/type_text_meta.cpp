// Types of the API: what all kinds share. The notation is described in type_text.hpp.
#include "operator/apiserver/type_text.hpp"

namespace kyma::apiserver::type_text {

const std::string_view kMetaTypes = R"types(
package io.k8s.apimachinery.pkg.apis.meta.v1
Condition : One aspect of the state of an object.
1 type text
2 status text
3 observedGeneration long
4 lastTransitionTime time
5 reason text
6 message text
DeleteOptions
1 gracePeriodSeconds long*
2 preconditions Preconditions
3 orphanDependents bool*
4 propagationPolicy text*
5 dryRun [text]
6 ignoreStoreReadErrorWithClusterBreakingPotential bool*
LabelSelector atomic : Selects objects by their labels; an empty one selects all.
1 matchLabels {text} : Labels that an object must have.
2 matchExpressions [LabelSelectorRequirement] : Requirements that an object must meet, all of them.
LabelSelectorRequirement
1 key text!
2 operator text! in=In|NotIn|Exists|DoesNotExist
3 values [text]
ObjectMeta : Metadata that every stored object has.
1 name text : Name, unique within a namespace. Cannot be changed.
2 generateName text : A prefix from which the server makes a unique name when there is none.
3 namespace text : The space within which the name is unique. Cannot be changed.
5 uid text : Unique in time and space. Set by the server.
6 resourceVersion text : The version of the object, for optimistic concurrency. Set by the server.
7 generation long : Counts the changes to the desired state. Set by the server.
8 creationTimestamp time : When the server created the object. Set by the server.
9 deletionTimestamp time : When deletion was asked for. Set by the server.
10 deletionGracePeriodSeconds long* : How long the object may take to end. Set by the server.
11 labels {text} : Keys and values by which objects are selected.
12 annotations {text} : Keys and values that tools store with the object.
13 ownerReferences [OwnerReference] by=uid : Objects that this one depends on: it goes when all of them have gone.
14 finalizers [text] set : What must be done, and taken off this list, before the object goes.
OwnerReference : Says who owns an object.
5 apiVersion text!
1 kind text!
3 name text!
4 uid text!
6 controller bool* : True for the one owner that manages the object.
7 blockOwnerDeletion bool* : True when the owner waits for this object in a foreground deletion.
Preconditions
1 uid text*
2 resourceVersion text*
)types";

}  // namespace kyma::apiserver::type_text
