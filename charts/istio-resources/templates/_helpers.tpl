{{- define "istio-resources.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: kyma
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{/*
A metadata block. The argument is a dict: root (the chart's context), name, and namespace and labels if they differ from
the release's.
*/}}
{{- define "istio-resources.metadata" -}}
name: {{ .name }}
namespace: {{ .namespace | default .root.Release.Namespace }}
labels:
  {{- include "istio-resources.labels" .root | nindent 2 }}
  {{- with .labels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{/* The gateway as virtual services name it. */}}
{{- define "istio-resources.gateway" -}}
{{ .Release.Namespace }}/{{ .Values.global.istio.gateway.name }}
{{- end -}}

{{/* "true" if monitors can be made here. */}}
{{- define "istio-resources.monitors" -}}
{{- $served := .Capabilities.APIVersions.Has "monitoring.coreos.com/v1" -}}
{{- if and .Values.monitoring.enabled (or .Values.monitoring.force $served) -}}true{{- end -}}
{{- end -}}
