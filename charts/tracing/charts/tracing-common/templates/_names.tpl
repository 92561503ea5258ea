{{/* All of these take a dict: root, the caller's context, and component, a word. */}}

{{- define "tracing-common.name" -}}
{{- printf "%s-%s" .root.Release.Name .component | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "tracing-common.selector" -}}
app.kubernetes.io/name: jaeger
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "tracing-common.labels" -}}
{{ include "tracing-common.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
app.kubernetes.io/part-of: kyma
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- end -}}

{{- define "tracing-common.metadata" -}}
name: {{ .name | default (include "tracing-common.name" .) }}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "tracing-common.labels" . | nindent 2 }}
{{- end -}}

{{/* An image; takes registry (may be empty), repository and tag. */}}
{{- define "tracing-common.image" -}}
{{- if .registry -}}
{{ trimSuffix "/" .registry }}/
{{- end -}}
{{ .repository }}:{{ .tag }}
{{- end -}}
