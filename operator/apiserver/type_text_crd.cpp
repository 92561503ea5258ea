// Types of the API: apiextensions.k8s.io/v1. The notation is described in type_text.hpp.
#include "operator/apiserver/type_text.hpp"

namespace kyma::apiserver::type_text {

const std::string_view kCrdTypes = R"types(
package io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1
CustomResourceDefinition : Defines a kind of object that the API serves.
0 metadata ObjectMeta : Standard metadata of the object.
0 spec CustomResourceDefinitionSpec! : What is desired.
0 status any : What was observed last.
CustomResourceDefinitionSpec
0 conversion CustomResourceConversion : How objects are converted between versions.
0 group text! : The API group.
0 names CustomResourceDefinitionNames! : Names of the kind.
0 preserveUnknownFields bool : Always false in this version.
0 scope text! : Namespaced or Cluster.
0 versions [CustomResourceDefinitionVersion]! : The versions, of which one is stored.
CustomResourceConversion
0 strategy text! : None or Webhook.
0 webhook any
CustomResourceDefinitionNames
0 categories [text] : Groups of kinds that it belongs to: all.
0 kind text! : The kind, in CamelCase.
0 listKind text : The kind of a list.
0 plural text! : The name in paths.
0 shortNames [text] : Short names for the command line.
0 singular text : The singular of the plural.
CustomResourceDefinitionVersion
0 additionalPrinterColumns [CustomResourceColumnDefinition] : Columns of tables.
0 deprecated bool : True to warn whoever uses it.
0 deprecationWarning text : The warning.
0 name text! : Name of the version: v1alpha1.
0 schema CustomResourceValidation : What objects look like.
0 selectableFields [SelectableField] : Fields for field selectors.
0 served bool : True when the version is served.
0 storage bool : True for the version that is stored.
0 subresources CustomResourceSubresources : Whether there is a status and a scale.
CustomResourceColumnDefinition
0 description text
0 format text
0 jsonPath text!
0 name text!
0 priority int
0 type text!
CustomResourceValidation
0 openAPIV3Schema any : A structural schema.
SelectableField
0 jsonPath text!
CustomResourceSubresources
0 scale any : Paths of the replicas.
0 status any : Present to have a status.
)types";

}  // namespace kyma::apiserver::type_text
