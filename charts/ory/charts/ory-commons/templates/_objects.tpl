{{/* Whole objects, so that each chart's file is one line */}}
{{- define "ory-commons.metadata" -}}
name: {{ include "ory-commons.fullname" . }}
namespace: {{ .Release.Namespace }}
labels:
  {{- include "ory-commons.labels" . | nindent 2 }}
{{- end -}}

{{- define "ory-commons.serviceAccount" -}}
{{- if (.Values.serviceAccount).create -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ include "ory-commons.serviceAccountName" . }}
  namespace: {{ .Release.Namespace }}
  labels:
    {{- include "ory-commons.labels" . | nindent 4 }}
  {{- with .Values.serviceAccount.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
automountServiceAccountToken: false
{{- end -}}
{{- end -}}

{{- define "ory-commons.podDisruptionBudget" -}}
{{- with .Values.podDisruptionBudget -}}
{{- if .enabled -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  {{- include "ory-commons.metadata" $ | nindent 2 }}
spec:
  {{- if hasKey . "minAvailable" }}
  minAvailable: {{ .minAvailable }}
  {{- else }}
  maxUnavailable: {{ .maxUnavailable | default 1 }}
  {{- end }}
  selector:
    matchLabels:
      {{- include "ory-commons.selectorLabels" $ | nindent 6 }}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Rendered when the cluster has the type, or always, or never: values "metrics.serviceMonitor" */}}
{{- define "ory-commons.serviceMonitor" -}}
{{- $mode := dig "metrics" "serviceMonitor" "auto" (deepCopy .root.Values | merge dict) -}}
{{- if or (eq $mode "always") (and (eq $mode "auto") (.root.Capabilities.APIVersions.Has "monitoring.coreos.com/v1")) -}}
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  {{- include "ory-commons.metadata" .root | nindent 2 }}
spec:
  namespaceSelector:
    matchNames:
      - {{ .root.Release.Namespace }}
  selector:
    matchLabels:
      {{- include "ory-commons.selectorLabels" .root | nindent 6 }}
      app.kubernetes.io/component: {{ .component }}
  endpoints:
    - port: {{ .port }}
      path: {{ .path | default "/metrics" }}
      interval: {{ .interval | default "30s" }}
{{- end -}}
{{- end -}}
