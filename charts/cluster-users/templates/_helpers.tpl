{{- define "cluster-users.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: kyma
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "cluster-users.aggregateLabel" -}}
{{- printf "rbac.kyma-project.io/aggregate-to-%s" . -}}
{{- end -}}

{{/*
JSON list of the roles that a role extends, itself first, the nearest next.
Call with dict "roles" .Values.roles "name" NAME
*/}}
{{- define "cluster-users.lineage" -}}
{{- $role := get .roles .name -}}
{{- if not (hasKey .roles .name) -}}
{{- fail (printf "role %q is extended or bound, but not defined in roles" .name) -}}
{{- end -}}
{{- $lineage := list .name -}}
{{- if ($role).extends -}}
{{- $above := include "cluster-users.lineage" (dict "roles" .roles "name" $role.extends) -}}
{{- $lineage = concat $lineage (fromJsonArray $above) -}}
{{- end -}}
{{- toJson (uniq $lineage) -}}
{{- end -}}

{{/* One RBAC rule. Call with dict "rule" and "access" */}}
{{- define "cluster-users.rule" -}}
{{- $verbs := .rule.verbs | default list -}}
{{- $sets := .access -}}
{{- range .rule.access -}}
{{- $verbs = concat $verbs (get $sets . | required (printf "no verbs for access %q" .)) -}}
{{- end -}}
{{- $out := dict "verbs" (uniq $verbs) -}}
{{- if .rule.urls -}}
{{- /* URLs know only the verbs of HTTP */ -}}
{{- $out = dict "verbs" (list "get") "nonResourceURLs" .rule.urls -}}
{{- else -}}
{{- $_ := set $out "apiGroups" (.rule.groups | default (list "")) -}}
{{- $out = merge $out (pick .rule "resources" "resourceNames") -}}
{{- end -}}
{{- toYaml $out -}}
{{- end -}}

{{/* Subjects of a binding. Call with dict "binding" and "root" */}}
{{- define "cluster-users.subjects" -}}
{{- $root := .root -}}
{{- range $kind, $names := dict "Group" .binding.groups "User" .binding.users -}}
{{- range $names }}
- apiGroup: rbac.authorization.k8s.io
  kind: {{ $kind }}
  name: {{ tpl . $root | quote }}
{{- end -}}
{{- end -}}
{{- end -}}
