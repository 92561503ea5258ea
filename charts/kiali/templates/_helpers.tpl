{{- define "kiali.fullname" -}}
{{- .Values.fullnameOverride | default .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- end }}

{{- define "kiali.selectorLabels" -}}
app.kubernetes.io/name: kiali
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "kiali.labels" -}}
{{ template "kiali.selectorLabels" . }}
app: kiali
version: {{ .Values.image.tag | quote }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: kyma
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "kiali.image" -}}
{{- if .Values.global.imageRegistry -}}
{{- printf "%s/" (trimSuffix "/" .Values.global.imageRegistry) -}}
{{- end -}}
{{- printf "%s:%v" .Values.image.repository .Values.image.tag -}}
{{- end }}

{{/* The service that the outside comes in by: the proxy's if there is one. */}}
{{- define "kiali.frontend" -}}
{{- if .Values.authProxy.enabled -}}
{{ include "kiali.fullname" . }}-auth-proxy
{{- else -}}
{{ include "kiali.fullname" . }}
{{- end -}}
{{- end }}

{{- define "kiali.frontendPort" -}}
{{- if .Values.authProxy.enabled -}}{{ .Values.proxyPort }}{{- else -}}{{ .Values.service.port }}{{- end -}}
{{- end }}
