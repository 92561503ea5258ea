{{- define "loki.name" -}}
{{ printf "%s-loki" .Release.Name | trunc 54 | trimSuffix "-" }}
{{- end -}}

{{- define "loki.image" -}}
{{- $registry := .Values.global.imageRegistry | default "" -}}
{{- with .Values.image -}}
{{ ternary "" (printf "%s/" $registry) (empty $registry) }}{{ .repository }}{{ if .digest }}@{{ .digest }}{{ else }}:{{ .tag }}{{ end }}
{{- end -}}
{{- end -}}
