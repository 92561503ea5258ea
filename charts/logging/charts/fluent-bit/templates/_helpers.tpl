{{- define "fluent-bit.name" -}}
{{ printf "%s-fluent-bit" .Release.Name | trunc 63 | trimSuffix "-" }}
{{- end -}}

{{- define "fluent-bit.selector" -}}
app.kubernetes.io/name: fluent-bit
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "fluent-bit.labels" -}}
{{ include "fluent-bit.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: kyma
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end -}}

{{- define "fluent-bit.lokiHost" -}}
{{- coalesce .Values.lokiHost (printf "%s-loki.%s.svc" .Release.Name .Release.Namespace) -}}
{{- end -}}
