{{/* host:port of the object store */}}
{{- define "rafter.endpoint" -}}
{{- if hasKey .Subcharts "minio" -}}
{{- printf "%s.%s.svc.cluster.local:%d" (include "rafter.fullname" .Subcharts.minio) .Release.Namespace (int .Values.objectStore.port) -}}
{{- else -}}
{{- tpl .Values.externalStore.endpoint . -}}
{{- end -}}
{{- end -}}
