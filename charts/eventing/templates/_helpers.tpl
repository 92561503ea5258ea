{{- define "eventing.name" -}}
{{- $base := .Release.Name -}}
{{- with .Values.fullnameOverride }}{{ $base = . }}{{ end -}}
{{- $base | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{- define "eventing.selector" -}}
app.kubernetes.io/name: eventing-controller
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "eventing.labels" -}}
{{ include "eventing.selector" . }}
{{ template "eventing.commonLabels" . }}
{{- end -}}

{{/* Labels of every chart of this release, without a selector. */}}
{{- define "eventing.commonLabels" -}}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: kyma
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{/* An image; the argument is a list of the image and the globals. */}}
{{- define "eventing.image" -}}
{{- $image := index . 0 -}}
{{- $global := index . 1 -}}
{{- if $global.imageRegistry -}}
{{- printf "%s/%s:%s" $global.imageRegistry $image.repository $image.tag -}}
{{- else -}}
{{- printf "%s:%s" $image.repository $image.tag -}}
{{- end -}}
{{- end -}}

{{/* "700Mi" to a number of bytes. */}}
{{- define "eventing.bytes" -}}
{{- $units := dict "Ki" 1024 "Mi" 1048576 "Gi" 1073741824 -}}
{{- $unit := regexFind "[KMG]i$" . -}}
{{- if $unit -}}
{{- mul (trimSuffix $unit . | int64) (get $units $unit) -}}
{{- else -}}
{{- int64 . -}}
{{- end -}}
{{- end -}}

{{/* Where the backend is; empty for one that has no URL. */}}
{{- define "eventing.natsURL" -}}
{{- if eq .Values.backend.type "nats" -}}
{{- if .Values.backend.nats.url -}}
{{ .Values.backend.nats.url }}
{{- else if .Values.nats.enabled -}}
nats://{{ .Release.Name }}-nats.{{ .Release.Namespace }}.svc:{{ .Values.clientPort | default 4222 }}
{{- else -}}
nats://eventing-nats.{{ .Release.Namespace }}.svc:4222
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "eventing.containerSecurityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end -}}

{{- define "eventing.podSecurityContext" -}}
runAsNonRoot: true
runAsUser: {{ .uid | default 65532 }}
{{- with .fsGroup }}
fsGroup: {{ . }}
{{- end }}
seccompProfile: {type: RuntimeDefault}
{{- end -}}
