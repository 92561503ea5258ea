{{/* "ingress-gateway", the alias, makes istio-ingressgateway. */}}
{{- define "gateway.name" -}}
istio-{{ .Chart.Name | replace "-" "" }}
{{- end -}}

{{- define "gateway.selector" -}}
app: {{ include "gateway.name" . }}
istio: {{ .Chart.Name | replace "-" "" }}
{{- end -}}

{{- define "gateway.labels" -}}
{{ include "istio-common.labels" (dict "root" . "name" (include "gateway.name" .)) }}
{{ include "gateway.selector" . }}
{{- end -}}
