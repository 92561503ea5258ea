{{- define "oathkeeper.config" -}}
{{- $serve := dict -}}
{{- range $name, $port := .Values.ports -}}
{{- $_ := set $serve (eq $name "metrics" | ternary "prometheus" $name) (dict "port" (int $port)) -}}
{{- end -}}
{{- $repositories := list "file:///etc/rules/access-rules.json" -}}
{{- if .Values.accessRules -}}
{{- $repositories = prepend $repositories "file:///etc/oathkeeper/static-rules.json" -}}
{{- end -}}
{{- $own := dict "serve" $serve "access_rules" (dict "repositories" $repositories "matching_strategy" "regexp") -}}
{{- if .Values.idTokenSecret -}}
{{- $signer := dict "issuer_url" (printf "https://oathkeeper.%s/" .Values.global.domainName) "jwks_url" "file:///etc/jwks/jwks.json" -}}
{{- $_ := set $own "mutators" (dict "id_token" (dict "enabled" true "config" $signer)) -}}
{{- end -}}
{{- tpl (merge (deepCopy .Values.config) $own | toYaml) . -}}
{{- end -}}

{{/* The ConfigMap into which oathkeeper-maester writes the rules */}}
{{- define "oathkeeper.rulesName" -}}
{{- printf "%s-oathkeeper-rules" .Release.Name -}}
{{- end -}}
