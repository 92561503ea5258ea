{{/* Labels of an object of this chart and its subcharts. Takes root and, for workloads, component. */}}
{{- define "logging.labels" -}}
{{ include "logging.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
app.kubernetes.io/part-of: kyma
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "logging.selector" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- with .component }}
app.kubernetes.io/component: {{ . }}
{{- end }}
{{- end -}}

{{/* host:port of Loki, wherever it is. */}}
{{- define "logging.lokiAddress" -}}
{{- if .Values.loki.enabled -}}
{{- $port := dig "port" 3100 (.Values.lokiEndpoint | default dict) -}}
{{ .Release.Name }}-loki.{{ .Release.Namespace }}.svc:{{ $port }}
{{- else if .Values.externalLoki.host -}}
{{ .Values.externalLoki.host }}:{{ .Values.externalLoki.port }}
{{- end -}}
{{- end -}}
