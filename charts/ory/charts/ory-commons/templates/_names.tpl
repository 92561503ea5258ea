{{/* Name of a chart's objects: RELEASE-CHART, or only one of the two when it says everything */}}
{{- define "ory-commons.fullname" -}}
{{- $name := .Values.nameOverride | default .Chart.Name -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else if hasPrefix (printf "%s-" .Release.Name) (printf "%s-" $name) -}}
{{- $name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "ory-commons.databaseName" -}}
{{- printf "%s-database" .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* The Secret with the DSN, the system secret and the database's password */}}
{{- define "ory-commons.credentialsSecret" -}}
{{- $secrets := .Values.global.ory.secrets -}}
{{- if eq $secrets.source "existing" -}}
{{- required "global.ory.secrets.existingSecret must name the Secret when source is existing" $secrets.existingSecret -}}
{{- else -}}
{{- printf "%s-credentials" .Release.Name -}}
{{- end -}}
{{- end -}}

{{- define "ory-commons.serviceAccountName" -}}
{{- $account := .Values.serviceAccount | default dict -}}
{{- if $account.create -}}
{{- $account.name | default (include "ory-commons.fullname" .) -}}
{{- else -}}
{{- $account.name | default "default" -}}
{{- end -}}
{{- end -}}
