{{/* Names. The subcharts use them too: call with a chart's own context. */}}
{{- define "catalog.fullname" -}}
{{- $parts := list .Release.Name -}}
{{- if ne .Chart.Name .Release.Name -}}
{{- $parts = append $parts (trimPrefix "catalog-" .Chart.Name) -}}
{{- end -}}
{{- join "-" $parts | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "catalog.webhookName" -}}
{{ .Release.Name }}-webhook
{{- end -}}

{{- define "catalog.certificateSecret" -}}
{{- .Values.global.serviceCatalog.certificateSecret | default (printf "%s-certificate" (include "catalog.webhookName" .)) -}}
{{- end -}}

{{- define "catalog.selectorLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "catalog.labels" -}}
{{ include "catalog.selectorLabels" . }}
app.kubernetes.io/version: {{ .Values.global.serviceCatalog.image.tag | quote }}
app.kubernetes.io/part-of: kyma
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version | replace "+" "_" }}
{{- end -}}
