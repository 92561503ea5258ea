{{/* The strategy, checked. */}}
{{- define "tracing.strategy" -}}
{{- if has .Values.strategy (list "allInOne" "production") -}}
{{- .Values.strategy -}}
{{- else -}}
{{- fail (printf "strategy %q is neither allInOne nor production" .Values.strategy) -}}
{{- end -}}
{{- end -}}

{{/* A Jaeger image; takes root and program. */}}
{{- define "tracing.image" -}}
{{- $image := .root.Values.image -}}
{{- include "tracing-common.image" (dict "registry" .root.Values.global.imageRegistry "repository" (printf "%s/%s" $image.repository .program) "tag" $image.tag) -}}
{{- end -}}

{{/* Where Elasticsearch is: the subchart's service, or the URL of the values. */}}
{{- define "tracing.elasticsearchURL" -}}
{{- if .Values.storage.enabled -}}
http://{{ .Release.Name }}-{{ .Values.elasticsearch.serviceSuffix }}.{{ .Release.Namespace }}.svc:{{ .Values.elasticsearch.port }}
{{- else -}}
{{ required "strategy production needs elasticsearch.url or storage.enabled" .Values.elasticsearch.url }}
{{- end -}}
{{- end -}}

{{/* Which component the interface and the receivers are: the pod in one, or the two of them. */}}
{{- define "tracing.component" -}}
{{- if eq (include "tracing.strategy" .root) "allInOne" -}}all-in-one{{- else -}}{{ .of }}{{- end -}}
{{- end -}}

{{/* The environment that tells Jaeger its span storage. */}}
{{- define "tracing.storageEnv" -}}
{{- $env := list -}}
{{- if eq (include "tracing.strategy" .) "production" -}}
{{- $env = append $env (dict "name" "SPAN_STORAGE_TYPE" "value" "elasticsearch") -}}
{{- $env = append $env (dict "name" "ES_SERVER_URLS" "value" (include "tracing.elasticsearchURL" .)) -}}
{{- $env = append $env (dict "name" "ES_INDEX_PREFIX" "value" .Values.elasticsearch.indexPrefix) -}}
{{- else if eq .Values.allInOne.storage "badger" -}}
{{- $env = append $env (dict "name" "SPAN_STORAGE_TYPE" "value" "badger") -}}
{{- $env = append $env (dict "name" "BADGER_EPHEMERAL" "value" "false") -}}
{{- $env = append $env (dict "name" "BADGER_DIRECTORY_KEY" "value" "/badger/key") -}}
{{- $env = append $env (dict "name" "BADGER_DIRECTORY_VALUE" "value" "/badger/data") -}}
{{- $env = append $env (dict "name" "BADGER_SPAN_STORE_TTL" "value" .Values.allInOne.badger.spanTTL) -}}
{{- else -}}
{{- $env = append $env (dict "name" "SPAN_STORAGE_TYPE" "value" "memory") -}}
{{- $env = append $env (dict "name" "MEMORY_MAX_TRACES" "value" (.Values.allInOne.memory.maxTraces | int | toString)) -}}
{{- end -}}
{{- if .Values.metrics.enabled -}}
{{- $env = append $env (dict "name" "METRICS_BACKEND" "value" "prometheus") -}}
{{- end -}}
{{- toYaml $env -}}
{{- end -}}
