{{- define "greet" -}}hello {{ . }}{{- end -}}
{{- define "labels" -}}
app: {{ .Chart.Name }}
release: {{ .Release.Name }}
{{- end -}}
{{- define "loop" -}}{{ include "loop" . }}{{- end -}}
