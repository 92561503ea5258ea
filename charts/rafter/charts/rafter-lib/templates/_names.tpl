{{- define "rafter.fullname" -}}
{{- if hasPrefix .Release.Name .Chart.Name -}}
{{ .Chart.Name }}
{{- else -}}
{{ .Release.Name }}-{{ .Chart.Name }}
{{- end -}}
{{- end -}}

{{- define "rafter.storeName" -}}
{{ .Release.Name }}-object-store
{{- end -}}

{{/* The Secret with the keys accessKey and secretKey */}}
{{- define "rafter.storeSecret" -}}
{{- .Values.global.rafter.existingSecret | default (include "rafter.storeName" .) -}}
{{- end -}}

{{- define "rafter.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "rafter.labels" -}}
{{ template "rafter.selector" . }}
{{- if .Chart.AppVersion }}
app.kubernetes.io/version: {{ .Chart.AppVersion | squote }}
{{- end }}
app.kubernetes.io/part-of: kyma
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ list .Chart.Name .Chart.Version | join "-" }}
{{- end -}}

{{/* metadata of an object that bears the chart's name */}}
{{- define "rafter.meta" -}}
metadata:
  name: {{ include "rafter.fullname" . }}
  namespace: {{ .Release.Namespace }}
  labels:
    {{- include "rafter.labels" . | nindent 4 }}
{{- end -}}
