{{- define "api-gateway.fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "api-gateway.selectorLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "api-gateway.labels" -}}
{{ template "api-gateway.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: kyma
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "api-gateway.image" -}}
{{- $parts := list .Values.image.repository -}}
{{- with .Values.global.imageRegistry -}}
{{- $parts = prepend $parts . -}}
{{- end -}}
{{- join "/" $parts }}:{{ .Values.image.tag | default .Chart.AppVersion -}}
{{- end -}}

{{- define "api-gateway.serviceAccountName" -}}
{{- .Values.serviceAccount.name | default (.Values.serviceAccount.create | ternary (include "api-gateway.fullname" .) "default") -}}
{{- end -}}

{{/* "yes" or nothing. Call with dict "when" auto, always or never, "api", "root" */}}
{{- define "api-gateway.renders" -}}
{{- if eq .when "always" -}}
yes
{{- else if eq .when "auto" -}}
{{- if .root.Capabilities.APIVersions.Has .api }}yes{{ end -}}
{{- end -}}
{{- end -}}

{{/* The configuration files, each a template of its own */}}
{{- define "api-gateway.configFiles" -}}
{{- $files := dict -}}
{{- range $path, $_ := .Files.Glob "files/config/*.yaml" -}}
{{- $_ := set $files (base $path) (tpl ($.Files.Get $path) $) -}}
{{- end -}}
{{- toYaml $files -}}
{{- end -}}
