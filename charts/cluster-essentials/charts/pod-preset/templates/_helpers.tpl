{{- define "pod-preset.fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "pod-preset.selectorLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "pod-preset.labels" -}}
{{ include "pod-preset.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: kyma
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{/* The image with the registry of the whole release in front, if there is one. */}}
{{- define "pod-preset.image" -}}
{{- $ref := printf "%s:%s" .Values.image.repository (.Values.image.tag | toString) -}}
{{- with .Values.global.imageRegistry }}{{ . | trimSuffix "/" }}/{{ end }}{{ $ref }}
{{- end -}}
