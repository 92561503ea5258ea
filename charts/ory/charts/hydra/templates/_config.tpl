{{/* Hydra's configuration file: the chart's part, the user's laid over it */}}
{{- define "hydra.config" -}}
{{- $serve := dict -}}
{{- range $name, $service := .Values.services -}}
{{- $_ := set $serve $name (dict "port" (int $service.port) "host" "0.0.0.0") -}}
{{- end -}}
{{- $issuer := printf "https://oauth2.%s/" .Values.global.domainName -}}
{{- $own := dict "serve" $serve "urls" (dict "self" (dict "issuer" $issuer "public" $issuer)) -}}
{{- tpl (mergeOverwrite $own (deepCopy .Values.config) | toYaml) . -}}
{{- end -}}

{{/* Environment of the server and of the migration */}}
{{- define "hydra.env" -}}
{{- $secret := include "ory-commons.credentialsSecret" . -}}
{{- range $name, $key := dict "DSN" "dsn" "SECRETS_SYSTEM" "secretsSystem" "SECRETS_COOKIE" "secretsCookie" }}
- name: {{ $name }}
  valueFrom:
    secretKeyRef:
      name: {{ $secret }}
      key: {{ $key }}
{{- end }}
{{- end -}}
