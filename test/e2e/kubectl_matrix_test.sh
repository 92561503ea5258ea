#!/usr/bin/env bash
# The real kubectl, form by form: what each command prints, how it exits, and what the object is like afterwards.
# shellcheck disable=SC2016
. "$(dirname "$0")/lib.sh"

export TMPDIR="$SCRATCH"  # where kubectl leaves what it could not save
FORMS=0
FAULTS=0
OUT=""
fault() { echo "FAULT: $*" >&2; FAULTS=$((FAULTS + 1)); }

# form CODE REGEX ARGUMENTS...: kubectl with these arguments exits so, and a line of what it prints matches.
form() {
  local code="$1" regex="$2" got=0
  shift 2
  FORMS=$((FORMS + 1))
  OUT="$("$KUBECTL" "$@" 2>&1)" || got=$?
  [ "$got" = "$code" ] || fault "kubectl $*: exit code $got instead of $code: $OUT"
  grep -qE -- "$regex" <<<"$OUT" || fault "kubectl $*: no '$regex' in: $OUT"
}
ok() { form 0 "$@"; }
no() { form 1 "$@"; }
# is EXPECTED OBJECT JSONPATH [ARGUMENTS...]: what the object holds now.
is() {
  local expected="$1" object="$2" path="$3" got
  shift 3
  got="$("$KUBECTL" get "$object" -o "jsonpath=$path" "$@" 2>&1)" || true
  [ "$got" = "$expected" ] || fault "$object $path: '$got' instead of '$expected'"
}
# gone OBJECT...: is not there any more.
gone() { ! "$KUBECTL" get "$@" >/dev/null 2>&1 || fault "$* is still there"; }
# lines COUNT: the last output has so many.
lines() { [ "$(grep -c . <<<"$OUT")" = "$1" ] || fault "$(grep -c . <<<"$OUT") lines instead of $1: $OUT"; }

config() { printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s, labels: {made: here}}\ndata: {k: %s}\n' "$1" "${2:-v}"; }
gadget() { printf 'apiVersion: matrix.example.io/v1\nkind: Gadget\nmetadata: {name: %s}\nspec: {colour: %s, size: %s}\n' "$1" "$2" "$3"; }

start_apiserver

step "custom resource definitions"
cat >"$SCRATCH/crd.yaml" <<'YAML'
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: gadgets.matrix.example.io}
spec:
  group: matrix.example.io
  scope: Namespaced
  names: {plural: gadgets, singular: gadget, kind: Gadget, shortNames: [gd], categories: [shiny]}
  versions:
  - name: v1
    served: true
    storage: true
    subresources: {status: {}, scale: {specReplicasPath: .spec.size, statusReplicasPath: .status.size, labelSelectorPath: .status.selector}}
    selectableFields: [{jsonPath: .spec.colour}, {jsonPath: .spec.size}]
    additionalPrinterColumns:
    - {name: Colour, type: string, jsonPath: .spec.colour}
    - {name: Size, type: integer, jsonPath: .spec.size, priority: 1}
    schema:
      openAPIV3Schema:
        type: object
        description: Gadget is what the matrix is about.
        properties:
          spec:
            type: object
            required: [colour]
            properties:
              colour: {type: string, enum: [red, green, blue], description: Colour to be painted in.}
              size: {type: integer, minimum: 0, default: 1}
              parts:
                type: array
                x-kubernetes-list-type: map
                x-kubernetes-list-map-keys: [name]
                items: {type: object, required: [name], properties: {name: {type: string}, weight: {type: number}}}
          status:
            type: object
            properties:
              size: {type: integer}
              selector: {type: string}
              conditions: {type: array, items: {type: object, x-kubernetes-preserve-unknown-fields: true}}
YAML
ok 'gadgets.matrix.example.io created' create -f "$SCRATCH/crd.yaml"
ok 'condition met' wait --for=condition=Established crd/gadgets.matrix.example.io --timeout=10s
ok 'condition met' wait --for=condition=NamesAccepted crd/gadgets.matrix.example.io --timeout=10s
ok '^gadgets +gd +matrix.example.io/v1 +true +Gadget' api-resources
ok '^gadgets.matrix.example.io$' api-resources --api-group=matrix.example.io -o name
lines 1
ok 'gadgets .* create,delete,deletecollection,get,list,patch,update,watch +shiny' api-resources --api-group=matrix.example.io -o wide
ok '^nodes' api-resources --namespaced=false --no-headers
grep -q '^pods ' <<<"$OUT" && fault "pods are namespaced"
ok '^selfsubjectaccessreviews' api-resources --verbs=create --sort-by=name
ok '^pods ' api-resources --verbs=list,watch --namespaced
ok '^matrix.example.io/v1$' api-versions
ok 'KIND: +Gadget' explain gadgets
ok 'Colour to be painted in' explain gadget.spec.colour
ok 'parts.*<\[\]Object>' explain gd --recursive
ok 'weight.*<number>' explain gd --recursive
no 'field "nothing" does not exist' explain gadget.spec.nothing
ok 'VERSION: +apps/v1|VERSION: +v1' explain deployments.spec.strategy --api-version=apps/v1
ok '"openapi": ?"3' get --raw /openapi/v3/apis/matrix.example.io/v1
no "couldn't find resource" explain pod.spec.containers --output=plaintext-openapiv2  # deprecated, and not served

step "create and apply"
ok 'configmap/a created' create configmap a --from-literal=k=v --from-literal=l=w
is 'v w' cm/a '{.data.k} {.data.l}'
no 'configmaps "a" already exists' create configmap a
printf 'from a file' >"$SCRATCH/file.txt"
printf 'A=1\nB=2\n' >"$SCRATCH/file.env"
ok 'configmap/files created' create configmap files --from-file="$SCRATCH/file.txt" --from-file=other="$SCRATCH/file.txt"
is 'from a file' cm/files '{.data.other}'
ok 'configmap/env created' create configmap env --from-env-file="$SCRATCH/file.env" --append-hash=false
is '1 2' cm/env '{.data.A} {.data.B}'
ok 'kind: ConfigMap' create configmap x --from-literal=k=v --dry-run=client -o yaml
ok 'configmap/x created \(server dry run\)' create configmap x --dry-run=server
gone cm/x
ok '"resourceVersion"' create configmap stamped --from-literal=k=v -o json
ok 'configmap/made created' create -f - <<<"$(config made)"
ok 'configmap/gen-[a-z0-9]{5} created' create -f - <<<$'apiVersion: v1\nkind: ConfigMap\nmetadata: {generateName: gen-}'
ok 'configmap/applied created' apply -f - <<<"$(config applied one)"
ok 'configmap/applied unchanged' apply -f - <<<"$(config applied one)"
ok 'configmap/applied configured' apply -f - <<<"$(config applied two)"
is two cm/applied '{.data.k}'
ok 'k: two' apply view-last-applied cm/applied
ok 'configmap/made configured' apply set-last-applied --create-annotation -f - <<<"$(config made)"
ok 'configmap/applied configured \(server dry run\)' apply --dry-run=server -f - <<<"$(config applied three)"
is two cm/applied '{.data.k}'
ok '^configmap/applied$' apply -o name -f - <<<"$(config applied two)"
ok 'gadget.matrix.example.io/red created' apply -f - <<<"$(gadget red red 2)"
ok 'gadget.matrix.example.io/green created' create --save-config -f - <<<"$(gadget green green 10)"
ok 'gadget.matrix.example.io/blue created' create -f - <<<"$(gadget blue blue 3)"
no 'spec.colour: Unsupported value: "pink": supported values: "red", "green", "blue"' create -f - <<<"$(gadget pink pink 1)"
no 'spec.size: Invalid value: -1: spec.size in body should be greater than or equal to 0' apply -f - <<<"$(gadget red red -1)"
no 'spec.colour: Required value' create -f - <<<$'apiVersion: matrix.example.io/v1\nkind: Gadget\nmetadata: {name: plain}\nspec: {}'
no 'no matches for kind "Widget" in version "matrix.example.io/v1"' create -f - <<<$'apiVersion: matrix.example.io/v1\nkind: Widget\nmetadata: {name: w}'
no 'namespaces "nowhere" not found' create -n nowhere configmap x
no 'a lowercase RFC 1123 subdomain' create configmap Not_A_Name
printf '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"raw"}}' >"$SCRATCH/raw.json"
ok '"name": ?"raw"' create --raw /api/v1/namespaces/default/configmaps -f "$SCRATCH/raw.json"
is raw cm/raw '{.metadata.name}'

step "validation of fields"
unknown=$'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: strange}\ndata: {k: v}\ncolour: red'
doubled='{"apiVersion":"matrix.example.io/v1","kind":"Gadget","metadata":{"name":"doubled"},"spec":{"colour":"red","size":1,"size":2,"odd":1}}'
no 'strict decoding error: unknown field "colour"' create --validate=strict -f - <<<"$unknown"
ok 'Warning: unknown field "colour"' create --validate=warn --dry-run=server -f - <<<"$unknown"
ok '^configmap/strange created' create --validate=ignore -f - <<<"$unknown"
grep -q Warning <<<"$OUT" && fault "--validate=ignore warns"
printf '%s' "$doubled" >"$SCRATCH/doubled.json"
raw_gadgets=/apis/matrix.example.io/v1/namespaces/default/gadgets
no 'strict decoding error: duplicate field "spec.size", unknown field "spec.odd"' \
  create --raw "$raw_gadgets?fieldValidation=Strict" -f "$SCRATCH/doubled.json"
ok 'Warning: duplicate field "spec.size"' create --raw "$raw_gadgets?fieldValidation=Warn&dryRun=All" -f "$SCRATCH/doubled.json"
ok 'Warning: unknown field "spec.odd"' create --raw "$raw_gadgets?dryRun=All" -f "$SCRATCH/doubled.json"
ok '"size":2' create --raw "$raw_gadgets?fieldValidation=Ignore" -f "$SCRATCH/doubled.json"
is '' gd/doubled '{.spec.odd}'

step "get: forms of output, selectors, order"
ok '^NAME +COLOUR$' get gd
ok '^NAME +COLOUR +SIZE$' get gd -o wide
ok '^gadget.matrix.example.io/red$' get gadgets -o name
ok 'colour: green' get gadget green -o yaml
ok '"colour": "green"' get gadget.matrix.example.io green -o json
ok 'kind: List' get gd,cm -o yaml
ok '^blue doubled green red $' get gd -o 'jsonpath={range .items[*]}{.metadata.name} {end}'
ok '^red:2$' get gd red -o 'go-template={{.metadata.name}}:{{.spec.size}}'
ok '^WHO +COLOUR$' get gd -o custom-columns=WHO:.metadata.name,COLOUR:.spec.colour
ok '^ +"red"$' get gd red -o 'jsonpath-as-json={.spec.colour}'
ok '^green .*\n?' get gd --sort-by=.spec.size --no-headers
[ "$(tail -n 1 <<<"$OUT" | cut -d ' ' -f 1)" = green ] || fault "--sort-by: $OUT"
ok '^gadget.matrix.example.io/red$' get gd --field-selector metadata.name=red -o name
lines 1
ok '^gadget.matrix.example.io/green$' get gd --field-selector spec.colour=green -o name
lines 1
ok '^gadget.matrix.example.io/blue$' get gd --field-selector 'spec.colour!=green,spec.size=3' -o name
lines 1
no 'field label not supported: spec.parts' get gd --field-selector spec.parts=x
k label gd red tier=gold >/dev/null
k label gd green tier=silver >/dev/null
ok '^gadget.matrix.example.io/red$' get gd -l 'tier in (gold, lead)' -o name
lines 1
ok '^gadget.matrix.example.io/blue$' get gd -l '!tier' -o name
lines 2
ok '^gadget.matrix.example.io/green$' get gd -l 'tier,tier notin (gold)' -o name
lines 1
ok '^NAME +COLOUR +TIER' get gd -L tier
ok 'tier=gold' get gd --show-labels
ok '^red ' get gd --chunk-size=1 --no-headers
lines 4
ok '^NAMESPACE +NAME +COLOUR' get gd --all-namespaces
ok '^default +red' get gd -A
ok '^configmap/a ' get cm/a gd/red --no-headers
no 'gadgets.matrix.example.io "none" not found' get gd none
ok '' get gd none --ignore-not-found
[ -z "$OUT" ] || fault "--ignore-not-found prints $OUT"
ok 'No resources found in kube-public namespace' get gd -n kube-public
ok '^gadget.matrix.example.io/red' get shiny -o name
ok '"kind":"Gadget"' get --raw "$raw_gadgets/red"
no 'the server could not find the requested resource' get --raw /apis/matrix.example.io/v1/nothing
no "the server doesn't have a resource type \"nothing\"" get nothing
ok '"replicas": 2' get gd red --subresource=scale -o json
ok '^red ' get gd red --subresource=status --no-headers

step "watch"
watch_into() { # FILE LINES ARGUMENTS...: until so many lines are there.
  local file="$1"
  shift
  timeout 20 "$KUBECTL" "$@" >"$SCRATCH/$file" 2>&1 &
  PIDS+=($!)
  FORMS=$((FORMS + 1))
}
watch_into watch.txt get gd -w --no-headers
watch_into only.txt get gd --watch-only --output-watch-events --no-headers
watch_into one.txt get gd red -w -o name
until_true 10 "watch" grep -q ^red "$SCRATCH/watch.txt"
until_true 10 "watch of one" grep -q red "$SCRATCH/one.txt"
for attempt in $(seq 20); do
  k annotate gd red "beat=$attempt" --overwrite >/dev/null
  ! grep -q MODIFIED "$SCRATCH/only.txt" || break
done
until_true 10 "--watch-only sees a change" grep -qE '^MODIFIED +red ' "$SCRATCH/only.txt"
k create -f - <<<"$(gadget passing red 1)" >/dev/null
k delete gd passing >/dev/null
until_true 10 "--output-watch-events sees an object come and go" grep -qE '^DELETED +passing' "$SCRATCH/only.txt"
grep -qE '^ADDED +passing' "$SCRATCH/only.txt" || fault "no ADDED: $(cat "$SCRATCH/only.txt")"
grep -q '^ADDED +red' "$SCRATCH/only.txt" && fault "--watch-only shows what there was"
until_true 10 "get -w" grep -q '^passing' "$SCRATCH/watch.txt"

step "replace, edit, patch, diff"
ok 'configmap/made replaced' replace -f - <<<"$(config made new)"
is new cm/made '{.data.k}'
no 'configmaps "absent" not found' replace -f - <<<"$(config absent)"
no 'the object has been modified' replace -f - <<<"$(config made new | sed 's/{name:/{resourceVersion: "1", name:/')"
before="$(k get cm made -o 'jsonpath={.metadata.uid}')"
ok 'configmap/made replaced' replace --force -f - <<<"$(config made forced)"
[ "$(k get cm made -o 'jsonpath={.metadata.uid}')" != "$before" ] || fault "replace --force keeps the object"
ok 'configmap/made replaced \(server dry run\)' replace --dry-run=server -f - <<<"$(config made dry)"
is forced cm/made '{.data.k}'
KUBE_EDITOR='sed -i s/forced/edited/' ok 'configmap/made edited' edit cm made
is edited cm/made '{.data.k}'
KUBE_EDITOR=true ok 'Edit cancelled, no changes made' edit cm made
KUBE_EDITOR='sed -i /colour:/s/blue/pink/' no '"blue" is invalid' edit gd blue
is blue gd/blue '{.spec.colour}'
printf '#!/bin/sh\nsed -i "s/^status: .*//" "$1"\nprintf "status: {size: 7}\\n" >>"$1"\n' >"$SCRATCH/status-editor"
chmod +x "$SCRATCH/status-editor"
KUBE_EDITOR="$SCRATCH/status-editor" ok 'blue edited' edit gd blue --subresource=status
is 7 gd/blue '{.status.size}'
ok 'configmap/made patched' patch cm made --type=json -p '[{"op":"test","path":"/data/k","value":"edited"},{"op":"add","path":"/data/j","value":"x"}]'
is 'x' cm/made '{.data.j}'
no 'test' patch cm made --type=json -p '[{"op":"test","path":"/data/k","value":"other"}]'
ok 'configmap/made patched' patch cm made --type=merge -p '{"data":{"j":null}}'
is '' cm/made '{.data.j}'
ok 'patched \(no change\)' patch cm made --type=merge -p '{}'
ok 'configmap/made patched' patch cm made --type=strategic -p '{"data":{"s":"t"}}'
no 'unsupported media type|application/strategic-merge-patch' patch gd red --type=strategic -p '{"spec":{"size":4}}'
ok 'red patched' patch gd red --type=merge -p '{"spec":{"size":4},"status":{"size":9}}'
is '4,' gd/red '{.spec.size},{.status.size}'
ok 'red patched' patch gd red --type=merge --subresource=status -p '{"spec":{"size":5},"status":{"size":9,"selector":"a=b"}}'
is '4,9' gd/red '{.spec.size},{.status.size}'
ok 'red patched' patch gd red --subresource=scale --type=merge -p '{"spec":{"replicas":6}}'
is 6 gd/red '{.spec.size}'
ok 'patched' patch -f - --type=merge -p '{"data":{"f":"f"}}' <<<"$(config made)"
printf 'data: {g: h}\n' >"$SCRATCH/patch.yaml"
ok 'patched' patch cm made --patch-file "$SCRATCH/patch.yaml"
is h cm/made '{.data.g}'
ok 'patched' patch cm made --type=merge --dry-run=server -p '{"data":{"k":"dry"}}'
is edited cm/made '{.data.k}'
no 'configmaps "absent" not found' patch cm absent --type=merge -p '{}'
no '' patch cm made --type=merge -p '{"data":'
no 'Conflict.*Precondition failed: UID in precondition: other' patch cm made --type=merge -p '{"metadata":{"uid":"other"}}'
no '^\+  k: three$' diff -f - <<<"$(config applied three)"
ok '' diff -f - <<<"$(config applied two)"
[ -z "$OUT" ] || fault "diff of nothing prints $OUT"

step "label, annotate, scale, autoscale"
ok 'configmap/a labeled' label cm a colour=red
no "'colour' already has a value \(red\), and --overwrite is false" label cm a colour=blue
ok 'labeled' label --overwrite cm a colour=blue
is blue cm/a '{.metadata.labels.colour}'
ok 'unlabeled' label cm a colour-
is '' cm/a '{.metadata.labels.colour}'
ok 'labeled' label cm --all everywhere=yes
ok 'colour' label cm a --list everywhere=yes --overwrite colour=x
no 'a valid label must|Invalid value' label cm a 'bad=not allowed'
ok 'configmap/a labeled' label cm a colour=x
ok 'configmap/a not labeled' label cm a colour=x
ok 'annotated' annotate cm a note='some text'
no '--overwrite is false' annotate cm a note=other
ok 'annotated' annotate cm a note-
is '' cm/a '{.metadata.annotations.note}'
ok 'annotated' annotate cm -l made=here note=x
no 'the object has been modified' annotate cm a note=y --resource-version=1
ok 'red scaled' scale gd red --replicas=3
is 3 gd/red '{.spec.size}'
no 'Expected replicas to be 2, was 3' scale gd red --current-replicas=2 --replicas=1
ok 'red scaled' scale gd red --current-replicas=3 --replicas=5
ok 'deployment.apps/web created' create deployment web --image=web:1 --replicas=2 --port=80
ok 'deployment.apps/web scaled' scale deployment/web --replicas=4
is '4 2' deploy/web '{.spec.replicas} {.metadata.generation}'
ok 'web scaled' scale --replicas=1 -f - <<<$'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}'
no 'could not find the requested resource' scale cm a --replicas=1
ok 'horizontalpodautoscaler.autoscaling/web autoscaled' autoscale deployment web --min=2 --max=5 --cpu-percent=80
is '2 5' hpa/web '{.spec.minReplicas} {.spec.maxReplicas}'

step "set, rollout"
ok 'image updated' set image deployment/web web=web:2
is web:2 deploy/web '{.spec.template.spec.containers[0].image}'
no 'unable to find container named "other"' set image deployment/web other=x
ok 'env updated' set env deployment/web LEVEL=debug EMPTY-
is debug deploy/web '{.spec.template.spec.containers[0].env[0].value}'
ok 'env updated' set env deployment/web --from=configmap/env
ok 'LEVEL=debug' set env deployment/web --list
ok 'resource requirements updated' set resources deployment web --limits=cpu=200m,memory=64Mi --requests=cpu=100m
is 200m deploy/web '{.spec.template.spec.containers[0].resources.limits.cpu}'
ok 'serviceaccount updated' set serviceaccount deployment web builder
is builder deploy/web '{.spec.template.spec.serviceAccountName}'
ok 'deployment.apps/web restarted' rollout restart deployment/web
[ -n "$(k get deploy web -o 'jsonpath={.spec.template.metadata.annotations.kubectl\.kubernetes\.io/restartedAt}')" ] || fault "not restarted"
ok 'paused' rollout pause deployment/web
is true deploy/web '{.spec.paused}'
no 'already paused' rollout pause deployment/web
ok 'resumed' rollout resume deployment/web
no 'Waiting for deployment spec update|timed out' rollout status deployment/web --timeout=1s
ok 'Waiting for deployment' rollout status deployment/web --watch=false
ok 'deployment.apps/web' rollout history deployment/web
k get deploy web -o json | jq '.status = {observedGeneration: .metadata.generation, replicas: 1, updatedReplicas: 1, readyReplicas: 1,
  availableReplicas: 1, conditions: [{type: "Available", status: "True"}]}' >"$SCRATCH/web.json"
ok 'replaced' replace --subresource=status -f "$SCRATCH/web.json"
ok 'successfully rolled out' rollout status deployment/web --timeout=5s
# A controller's work, done by hand: what the history is read from.
for revision in 1 2; do
  k create -f - >/dev/null <<YAML
apiVersion: apps/v1
kind: ReplicaSet
metadata:
  name: web-$revision
  labels: {app: web, pod-template-hash: h$revision}
  annotations: {deployment.kubernetes.io/revision: "$revision", kubernetes.io/change-cause: "change $revision"}
  ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: web, controller: true, uid: $(k get deploy web -o 'jsonpath={.metadata.uid}')}]
spec:
  selector: {matchLabels: {app: web, pod-template-hash: h$revision}}
  template:
    metadata: {labels: {app: web, pod-template-hash: h$revision}}
    spec: {containers: [{name: web, image: "web:r$revision"}]}
YAML
done
ok '^2 +change 2' rollout history deployment/web
ok 'web:r1' rollout history deployment/web --revision=1
k annotate deploy web deployment.kubernetes.io/revision=2 >/dev/null
ok 'rolled back' rollout undo deployment/web --to-revision=1
is web:r1 deploy/web '{.spec.template.spec.containers[0].image}'

step "what kubectl makes"
ok 'secret/s created' create secret generic s --from-literal=a=b
is Yg== secret/s '{.data.a}'
ok 'secret/d created' create secret docker-registry d --docker-server=r.example --docker-username=u --docker-password=p
is kubernetes.io/dockerconfigjson secret/d '{.type}'
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=x -keyout "$SCRATCH/tls.key" -out "$SCRATCH/tls.crt" 2>/dev/null
ok 'secret/t created' create secret tls t --cert="$SCRATCH/tls.crt" --key="$SCRATCH/tls.key"
is kubernetes.io/tls secret/t '{.type}'
ok 'namespace/extra created' create namespace extra
is Active ns/extra '{.status.phase}'
ok 'serviceaccount/builder created' create serviceaccount builder
ok '^ey[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$' create token builder --duration=1h --audience=x
ok 'role.rbac.authorization.k8s.io/reader created' create role reader --verb=get,list --resource=pods,deployments.apps --resource-name=x
is 'get list' role/reader '{.rules[0].verbs[*]}'
ok 'rolebinding.rbac.authorization.k8s.io/readers created' create rolebinding readers --role=reader --user=ann --group=g --serviceaccount=default:builder
is 'User Group ServiceAccount' rolebinding/readers '{.subjects[*].kind}'
ok 'clusterrole.rbac.authorization.k8s.io/wide created' create clusterrole wide --verb=get --non-resource-url='/metrics/*'
ok 'clusterrole.rbac.authorization.k8s.io/sum created' create clusterrole sum --aggregation-rule=a=b
ok 'clusterrolebinding.rbac.authorization.k8s.io/wides created' create clusterrolebinding wides --clusterrole=wide --user=ann
ok 'serviceaccount updated|subjects updated' set subject rolebinding readers --user=bob
is 'bob' rolebinding/readers '{.subjects[-1:].name}'
ok 'resourcequota/q created' create quota q --hard=pods=5,cpu=1 --scopes=BestEffort
ok 'service/web created' create service clusterip web --tcp=80:8080
ok 'service/np created' create service nodeport np --tcp=80:8080 --node-port=31234
is 31234 svc/np '{.spec.ports[0].nodePort}'
no 'provided port is already allocated' create service nodeport np2 --tcp=80:8080 --node-port=31234
ok 'service/lb created' create service loadbalancer lb --tcp=80
ok 'service/en created' create service externalname en --external-name=x.example
ok 'ingress.networking.k8s.io/i created' create ingress i --class=c --rule='host.example/path*=web:80,tls=t'
is Prefix ingress/i '{.spec.rules[0].http.paths[0].pathType}'
ok 'cronjob.batch/cj created' create cronjob cj --image=busybox --schedule='*/5 * * * *' -- true
ok 'job.batch/j created' create job j --image=busybox -- true
ok 'job.batch/from created' create job from --from=cronjob/cj
is cj job/from '{.metadata.ownerReferences[0].name}'
ok 'poddisruptionbudget.policy/budget created' create poddisruptionbudget budget --selector=app=web --min-available=50%
is 50% pdb/budget '{.spec.minAvailable}'
ok 'priorityclass.scheduling.k8s.io/high created' create priorityclass high --value=7 --description=x
ok 'replicationcontroller/rc created' create -f - <<<$'apiVersion: v1\nkind: ReplicationController\nmetadata: {name: rc}\nspec: {template: {metadata: {labels: {a: rc}}, spec: {containers: [{name: c, image: i}]}}}'
ok 'replicationcontroller/rc scaled' scale rc rc --replicas=3
ok 'rc +3 +0 +0' get rc
ok 'service/rc exposed' expose rc rc --port=80
is rc svc/rc '{.spec.selector.a}'
ok 'service/exposed exposed' expose deployment web --name=exposed --port=8080 --target-port=80
is web svc/exposed '{.spec.selector.app}'
ok 'pod/alone created' run alone --image=nginx --labels=a=b --env=X=y --restart=Never
is 'Never y' pod/alone '{.spec.restartPolicy} {.spec.containers[0].env[0].value}'
no 'pods "alone" already exists' run alone --image=nginx

step "kustomize, prune"
mkdir "$SCRATCH/kustom"
printf 'namePrefix: pre-\nnamespace: extra\nresources: [cm.yaml]\nconfigMapGenerator: [{name: made, literals: [a=b]}]\n' >"$SCRATCH/kustom/kustomization.yaml"
config base >"$SCRATCH/kustom/cm.yaml"
ok 'configmap/pre-base created' apply -k "$SCRATCH/kustom"
ok 'name: pre-base' kustomize "$SCRATCH/kustom"
ok 'configmap/pre-base' get -k "$SCRATCH/kustom" -o name
ok 'configmap "pre-base" deleted' delete -k "$SCRATCH/kustom"
mkdir "$SCRATCH/prune"
config p1 | sed 's/made: here/prune: me/' >"$SCRATCH/prune/p1.yaml"
config p2 | sed 's/made: here/prune: me/' >"$SCRATCH/prune/p2.yaml"
ok 'configmap/p2 created' apply -f "$SCRATCH/prune" -l prune=me --prune --prune-allowlist=core/v1/ConfigMap
rm "$SCRATCH/prune/p2.yaml"
ok 'configmap/p2 pruned' apply -f "$SCRATCH/prune" -l prune=me --prune --prune-allowlist=core/v1/ConfigMap
gone cm/p2

step "wait"
k patch gd blue --subresource=status --type=merge -p '{"status":{"conditions":[{"type":"Ready","status":"True"}]}}' >/dev/null
ok 'gadget.matrix.example.io/blue condition met' wait --for=condition=Ready gd/blue --timeout=5s
no 'timed out waiting for the condition' wait --for=condition=Ready=false gd/blue --timeout=1s
ok 'condition met' wait --for=jsonpath='{.status.size}'=7 gd/blue --timeout=5s
ok 'condition met' wait --for=jsonpath='{.status.size}' gd/blue --timeout=5s
timeout 20 "$KUBECTL" wait --for=create gd/late --timeout=15s >"$SCRATCH/create.txt" 2>&1 &
waiter=$!
k create -f - <<<"$(gadget late red 1)" >/dev/null
FORMS=$((FORMS + 1))
wait $waiter || fault "wait --for=create: $(cat "$SCRATCH/create.txt")"
timeout 20 "$KUBECTL" wait --for=delete gd/late --timeout=15s >"$SCRATCH/delete.txt" 2>&1 &
waiter=$!
k delete gd late >/dev/null
FORMS=$((FORMS + 1))
wait $waiter || fault "wait --for=delete: $(cat "$SCRATCH/delete.txt")"
no 'no matching resources found' wait --for=condition=Ready gd -l none=none --timeout=1s
ok 'condition met' wait --for=condition=Established crd --all --timeout=5s

step "access"
ok '^yes$' auth can-i create deployments.apps
ok '^yes$' auth can-i '*' '*' --all-namespaces
ok '\*\.\* ' auth can-i --list
ok 'Username +' auth whoami
ok '"username": ' auth whoami -o json
ok 'reconciled' auth reconcile -f - <<<$'apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: reader, namespace: default}\nrules: [{apiGroups: [""], resources: [secrets], verbs: [get]}]'
is 'pods deployments secrets' role/reader '{.rules[*].resources[*]}'
ok '^yes$' auth can-i get /healthz

step "events"
ok 'created' create -f - <<<$'apiVersion: v1\nkind: Event\nmetadata: {name: e.1}\ninvolvedObject: {apiVersion: v1, kind: Pod, name: alone, namespace: default, uid: '"$(k get pod alone -o 'jsonpath={.metadata.uid}')"$'}\nreason: Because\nmessage: it happened\ntype: Warning\nsource: {component: test}\nfirstTimestamp: "2026-01-02T03:04:05Z"\nlastTimestamp: "2026-01-02T03:04:05Z"\ncount: 2'
ok 'Warning +Because +pod/alone +it happened' get events
ok 'Warning +Because +pod/alone +it happened' get events --field-selector involvedObject.name=alone,type=Warning --sort-by=.lastTimestamp
ok 'Because +Pod/alone +it happened' events --for=pod/alone
ok 'No events found' events --types=Normal

step "describe"
ok 'Warning +Because' describe pod alone
ok 'Colour: +red' describe gd red
ok 'StrategyType: +RollingUpdate' describe deployment web
ok 'Type: +ClusterIP' describe service web
ok 'k:' describe configmap made
ok 'a: +1 bytes' describe secret s
ok 'Status: +Active' describe namespace default
ok 'pods +secrets|Resources' describe role reader
ok 'Kind: +Role' describe rolebinding readers
ok 'Schedule: +\*/5' describe cronjob cj
ok 'Parallelism: +1' describe job j
ok 'host.example' describe ingress i
ok 'Min replicas: +2' describe hpa web
ok 'Min available: +50%' describe pdb budget
ok 'Mountable secrets' describe serviceaccount builder
ok 'pods +0 +5|Resource +Used +Hard' describe quota q
ok 'Group: +matrix.example.io' describe crd gadgets.matrix.example.io
ok 'Value: +7' describe priorityclass high
ok 'Replicas: +' describe rs web-1

step "nodes, certificates"
ok 'node/n1 created' create -f - <<<$'apiVersion: v1\nkind: Node\nmetadata: {name: n1}'
ok 'node/n1 tainted' taint node n1 a=b:NoSchedule
is NoSchedule node/n1 '{.spec.taints[0].effect}'
ok 'node/n1 untainted' taint node n1 a-
ok 'node/n1 cordoned' cordon n1
is true node/n1 '{.spec.unschedulable}'
ok 'SchedulingDisabled' get nodes
k create -f - >/dev/null <<<$'apiVersion: v1\nkind: Pod\nmetadata: {name: placed, labels: {app: placed}}\nspec: {nodeName: n1, containers: [{name: c, image: i}]}'
k patch pod placed --subresource=status --type=merge -p '{"status":{"phase":"Running"}}' >/dev/null
ok 'poddisruptionbudget.policy/placed created' create pdb placed --selector=app=placed --min-available=1
k patch pdb placed --subresource=status --type=merge -p '{"status":{"observedGeneration":1}}' >/dev/null
printf '{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"placed"}}' >"$SCRATCH/eviction.json"
no "Cannot evict pod as it would violate the pod's disruption budget" \
  create --raw /api/v1/namespaces/default/pods/placed/eviction -f "$SCRATCH/eviction.json"
k delete pdb placed >/dev/null
ok 'node/n1 drained' drain n1 --force
gone pod/placed
ok 'node/n1 uncordoned' uncordon n1
ok 'Name: +n1' describe node n1
openssl req -new -key "$SCRATCH/tls.key" -subj /CN=x -out "$SCRATCH/x.csr" 2>/dev/null
for name in good bad; do
  ok "certificatesigningrequest.certificates.k8s.io/$name created" create -f - <<<"apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata: {name: $name}
spec: {signerName: example.com/signer, usages: [client auth], request: $(base64 -w 0 "$SCRATCH/x.csr")}"
done
ok 'good approved' certificate approve good
is Approved csr/good '{.status.conditions[0].type}'
ok 'bad denied' certificate deny bad
ok 'bad .* Denied' get csr

step "delete"
k create configmap del1 >/dev/null
k create configmap del2 >/dev/null
ok 'configmap "del1" deleted \(server dry run\)' delete cm del1 --dry-run=server
is del1 cm/del1 '{.metadata.name}'
ok 'configmap "del1" force deleted' delete cm del1 --grace-period=0 --force
gone cm/del1
ok 'configmap "del2" deleted' delete cm/del2 --now
no 'configmaps "del1" not found' delete cm del1
ok '' delete cm del1 --ignore-not-found
config sel | k create -f - >/dev/null
ok 'configmap "sel" deleted' delete cm -l made=here
gone cm/sel
ok '"status":"Success"' delete --raw /api/v1/namespaces/default/configmaps/raw
gone cm/raw
ok 'deleted' delete gd --field-selector metadata.name=doubled
gone gd/doubled
family() { # a parent and a child that belongs to it
  k create -f - <<<"$(config parent)" >/dev/null
  config child | sed "s/{name: child/{ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: parent, blockOwnerDeletion: true, uid: $(
    k get cm parent -o 'jsonpath={.metadata.uid}')}], name: child/" | k create -f - >/dev/null
}
family
ok 'configmap "parent" deleted' delete cm parent --cascade=background
until_true 10 "the child goes in the background" bash -c "! $KUBECTL get cm child"
family
ok 'configmap "parent" deleted' delete cm parent --cascade=foreground
gone cm/parent
gone cm/child
family
ok 'configmap "parent" deleted' delete cm parent --cascade=orphan
until_true 10 "the child is nobody's" bash -c "[ -z \"\$($KUBECTL get cm child -o 'jsonpath={.metadata.ownerReferences}')\" ]"
is child cm/child '{.metadata.name}'
config held | sed 's/{name:/{finalizers: [example.io\/wait], name:/' | k create -f - >/dev/null
ok 'configmap "held" deleted' delete cm held --wait=false
is '["example.io/wait"]' cm/held '{.metadata.finalizers}'
no 'timed out waiting for the condition' delete cm held --timeout=1s
k patch cm held --type=merge -p '{"metadata":{"finalizers":null}}' >/dev/null
gone cm/held
ok 'deleted' delete cm --all
ok '' get cm -o name
ok 'namespace "extra" deleted' delete ns extra
gone ns/extra
k create ns stuck >/dev/null
config held | sed 's/{name:/{finalizers: [example.io\/wait], name:/' | k create -n stuck -f - >/dev/null
ok 'namespace "stuck" deleted' delete ns stuck --wait=false
k get ns stuck -o json | jq '.spec.finalizers = []' >"$SCRATCH/stuck.json"
ok '"name":"stuck"' replace --raw /api/v1/namespaces/stuck/finalize -f "$SCRATCH/stuck.json"
gone ns/stuck

step "the rest"
ok 'Kubernetes control plane.* is running at' cluster-info
ok '"kind": "ReplicationControllerList"' cluster-info dump -o json
ok 'Server Version: v1\.' version
ok '"serverVersion"' version -o json
ok 'bash completion' completion bash
ok 'current-context:' config view
ok '' config get-contexts
ok 'ok' get --raw /readyz
ok '\[\+\]ping ok' get --raw '/readyz?verbose'
ok 'deployment.apps/web' get all

step "what needs running pods, nodes or metrics, and says so"
for command in 'logs alone' 'exec alone -- true' 'attach alone' 'port-forward pod/alone 21999:80' "cp alone:/x $SCRATCH/x"; do
  # shellcheck disable=SC2086
  no 'pod alone does not have a host assigned|pod is not running' $command
done
no 'ephemeral containers are disabled for this cluster' debug alone --image=busybox --profile=general
no 'Metrics API not available' top nodes
no 'Metrics API not available' top pods
no 'unable to find any kubectl plugins' plugin list

ok 'customresourcedefinition.apiextensions.k8s.io "gadgets.matrix.example.io" deleted' delete crd gadgets.matrix.example.io
no "the server doesn't have a resource type \"gd\"|could not find the requested resource" get gd

echo "$FORMS forms, $FAULTS faults"
[ "$FORMS" -ge 80 ] || die "only $FORMS forms were tried"
[ "$FAULTS" -eq 0 ] || die "$FAULTS faults"
