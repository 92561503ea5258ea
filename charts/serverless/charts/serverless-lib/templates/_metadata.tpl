{{- define "serverless.fullname" -}}
{{- printf "%s-%s" .Release.Name (.Values.nameOverride | default .Chart.Name) | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "serverless.selector" -}}
app.kubernetes.io/name: {{ .Values.nameOverride | default .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "serverless.labels" -}}
{{ include "serverless.selector" . }}
{{- with .Chart.AppVersion }}
app.kubernetes.io/version: {{ . | quote }}
{{- end }}
app.kubernetes.io/part-of: kyma
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end -}}

{{/*
A whole object: the shared part, with the body of a named template laid over it.
Call with dict "root", "apiVersion", "kind", and "body" the name of the template.
*/}}
{{- define "serverless.object" -}}
{{- $metadata := dict "name" (include "serverless.fullname" .root) "labels" (include "serverless.labels" .root | fromYaml) -}}
{{- if not (hasPrefix "Cluster" .kind) -}}
{{- $_ := set $metadata "namespace" .root.Release.Namespace -}}
{{- end -}}
{{- $object := dict "apiVersion" .apiVersion "kind" .kind "metadata" $metadata -}}
{{- with .body -}}
{{- $body := include . $.root | fromYaml -}}
{{- with $body.Error -}}
{{- fail (printf "%s: %s" $.body .) -}}
{{- end -}}
{{- $object = mergeOverwrite $object $body -}}
{{- end -}}
{{- toYaml $object -}}
{{- end -}}
