{{/* Where Hydra keeps its data: postgresql, external or memory */}}
{{- define "ory.dsnKind" -}}
{{- if .Values.global.ory.database.inCluster -}}
postgresql
{{- else if .Values.externalDatabase.dsn -}}
external
{{- else -}}
memory
{{- end -}}
{{- end -}}

{{/* The DSN. Call with dict "root" $ "password" the database password */}}
{{- define "ory.dsn" -}}
{{- $kind := include "ory.dsnKind" .root -}}
{{- $values := .root.Values -}}
{{- if eq $kind "postgresql" -}}
{{- $db := $values.databaseConnection -}}
{{- $host := printf "%s.%s.svc.cluster.local" (include "ory-commons.databaseName" .root) .root.Release.Namespace -}}
{{- printf "postgres://%s:%s@%s:%d/%s?sslmode=disable&max_conns=%d" $db.user .password $host (int $db.port) $db.name (int $values.externalDatabase.maxConnections) -}}
{{- else -}}
{{- $values.externalDatabase.dsn | default "memory" -}}
{{- end -}}
{{- end -}}
