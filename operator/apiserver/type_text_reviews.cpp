// Types of the API: authentication and authorization. The notation is described in type_text.hpp.
#include "operator/apiserver/type_text.hpp"

namespace kyma::apiserver::type_text {

const std::string_view kReviewTypes = R"types(
package io.k8s.api.authentication.v1
BoundObjectReference
1 kind text : Pod, Secret or Node.
2 apiVersion text
3 name text
4 uid text
SelfSubjectReview : Who the caller is.
1 metadata ObjectMeta : Standard metadata of the object.
2 status SelfSubjectReviewStatus : The answer.
SelfSubjectReviewStatus
1 userInfo UserInfo : The caller, as the server knows him.
TokenRequest : Asks for a token of a service account.
1 metadata ObjectMeta : Standard metadata of the object.
2 spec TokenRequestSpec : What is wanted.
3 status TokenRequestStatus : The answer.
TokenRequestSpec
1 audiences [text] : Whom the token is for; none: the API server.
4 expirationSeconds long* : How long it is to be good.
3 boundObjectRef BoundObjectReference : An object that it is to end with.
TokenRequestStatus
1 token text : The token.
2 expirationTimestamp time : When it ends.
TokenReview : Asks whose token it is.
1 metadata ObjectMeta : Standard metadata of the object.
2 spec TokenReviewSpec : The question.
3 status TokenReviewStatus : The answer.
TokenReviewSpec
1 token text : The token.
2 audiences [text] : Whom it should be for; none: the API server.
TokenReviewStatus
1 authenticated bool : Whether it is good.
2 user UserInfo : Whose it is.
4 audiences [text] : Those of the audiences asked for that it is good for.
3 error text : Why it is not good.
UserInfo
1 username text
2 uid text
3 groups [text]
0 extra any
package io.k8s.api.authorization.v1
FieldSelectorAttributes
1 rawSelector text
0 requirements any
LabelSelectorAttributes
1 rawSelector text
0 requirements any
LocalSubjectAccessReview : Asks whether somebody may do something in a namespace.
1 metadata ObjectMeta : Standard metadata of the object.
2 spec SubjectAccessReviewSpec : The question.
3 status SubjectAccessReviewStatus : The answer.
NonResourceAttributes
1 path text : The path of the request.
2 verb text : The method of the request, in lower case.
NonResourceRule
1 verbs [text]
2 nonResourceURLs [text]
ResourceAttributes
1 namespace text : The namespace; none: the cluster.
2 verb text : What is to be done: get, list, create, update, patch, watch, delete, deletecollection or *.
3 group text : The API group; * is all of them.
4 version text
5 resource text : The plural of the kind; * is all of them.
6 subresource text
7 name text : The object; none: all of them.
8 fieldSelector FieldSelectorAttributes
9 labelSelector LabelSelectorAttributes
ResourceRule
1 verbs [text]
2 apiGroups [text]
3 resources [text]
4 resourceNames [text]
SelfSubjectAccessReview : Asks whether the caller may do something.
1 metadata ObjectMeta : Standard metadata of the object.
2 spec SelfSubjectAccessReviewSpec : The question.
3 status SubjectAccessReviewStatus : The answer.
SelfSubjectAccessReviewSpec
1 resourceAttributes ResourceAttributes : A question about a resource.
2 nonResourceAttributes NonResourceAttributes : A question about a path.
SelfSubjectRulesReview : Asks for everything that the caller may do in a namespace.
1 metadata ObjectMeta : Standard metadata of the object.
2 spec SelfSubjectRulesReviewSpec : The question.
3 status SubjectRulesReviewStatus : The answer.
SelfSubjectRulesReviewSpec
1 namespace text : The namespace.
SubjectAccessReview : Asks whether somebody may do something.
1 metadata ObjectMeta : Standard metadata of the object.
2 spec SubjectAccessReviewSpec : The question.
3 status SubjectAccessReviewStatus : The answer.
SubjectAccessReviewSpec
1 resourceAttributes ResourceAttributes : A question about a resource.
2 nonResourceAttributes NonResourceAttributes : A question about a path.
3 user text : Who it is about.
4 groups [text] : The groups that he is in.
0 extra any
6 uid text
SubjectAccessReviewStatus
1 allowed bool : Whether he may.
4 denied bool : Whether somebody said no, rather than nobody yes.
2 reason text : Why.
3 evaluationError text : What went wrong with the answer.
SubjectRulesReviewStatus
1 resourceRules [ResourceRule] : What he may do with resources.
2 nonResourceRules [NonResourceRule] : Which paths he may ask for.
3 incomplete bool : Whether there may be more.
4 evaluationError text : What went wrong with the answer.
)types";

}  // namespace kyma::apiserver::type_text
