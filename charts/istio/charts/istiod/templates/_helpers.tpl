{{- define "istiod.name" -}}
istiod{{ include "istio-common.revisionSuffix" . }}
{{- end -}}

{{- define "istiod.selector" -}}
app: istiod
istio.io/rev: {{ .Values.global.revision | default "default" }}
{{- end -}}

{{- define "istiod.labels" -}}
{{ include "istio-common.labels" (dict "root" . "name" "istiod") }}
app: istiod
istio: pilot
{{- end -}}
