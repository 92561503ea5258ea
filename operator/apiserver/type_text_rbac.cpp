// Types of the API: rbac.authorization.k8s.io/v1. The notation is described in type_text.hpp.
#include "operator/apiserver/type_text.hpp"

namespace kyma::apiserver::type_text {

const std::string_view kRbacTypes = R"types(
package io.k8s.api.rbac.v1
AggregationRule
1 clusterRoleSelectors [LabelSelector]
ClusterRole : A set of permissions.
1 metadata ObjectMeta : Standard metadata of the object.
2 rules [PolicyRule] : What is allowed.
3 aggregationRule AggregationRule : Selects cluster roles that this one consists of.
ClusterRoleBinding : Gives the permissions of a cluster role to subjects.
1 metadata ObjectMeta : Standard metadata of the object.
2 subjects [Subject] : Who gets them.
3 roleRef RoleRef : The role. Cannot be changed.
PolicyRule : Something that is allowed.
1 verbs [text] : get, list, create and so on; * for all.
2 apiGroups [text] : Groups of the resources; * for all.
3 resources [text] : Resources; * for all.
4 resourceNames [text] : Names of objects; empty for all.
5 nonResourceURLs [text] : Paths that are no resources.
Role : A set of permissions within a namespace.
1 metadata ObjectMeta : Standard metadata of the object.
2 rules [PolicyRule] : What is allowed.
RoleBinding : Gives the permissions of a role to subjects, within a namespace.
1 metadata ObjectMeta : Standard metadata of the object.
2 subjects [Subject] : Who gets them.
3 roleRef RoleRef : The role. Cannot be changed.
RoleRef atomic : The role that is bound.
1 apiGroup text : rbac.authorization.k8s.io.
2 kind text! : Role or ClusterRole.
3 name text! : Name of the role.
Subject atomic : Whom a role is given to.
1 kind text! : User, Group or ServiceAccount.
2 apiGroup text
3 name text! : Name of the subject.
4 namespace text : Namespace of the service account.
)types";

}  // namespace kyma::apiserver::type_text
