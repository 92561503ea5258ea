{{/* The chart's name, as labels carry it. */}}
{{- define "cluster-essentials.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* Labels of every object. */}}
{{- define "cluster-essentials.labels" -}}
app.kubernetes.io/name: {{ include "cluster-essentials.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: kyma
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{/* Labels that set a namespace's Pod Security level; the argument is a dict of name and level. */}}
{{- define "cluster-essentials.podSecurityLabels" -}}
{{- $levels := list "privileged" "baseline" "restricted" -}}
{{- if not (has .level $levels) -}}
{{- fail (printf "namespace %s: podSecurity is %q, not one of %s" .name .level (join ", " $levels)) -}}
{{- end -}}
pod-security.kubernetes.io/enforce: {{ .level }}
pod-security.kubernetes.io/warn: {{ ternary "restricted" .level (eq .level "baseline") }}
{{- end -}}
