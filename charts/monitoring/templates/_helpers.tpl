{{/* Labels of what Prometheus picks up, as a selector: {} is everything. */}}
{{- define "monitoring.selector" -}}
{{- with .Values.global.monitorLabels -}}
{{- dict "matchLabels" . | toYaml -}}
{{- else -}}
{}
{{- end -}}
{{- end -}}

{{/* Namespaces that monitors and rules are taken from, as a selector. */}}
{{- define "monitoring.namespaceSelector" -}}
{{- if .Values.prometheus.namespaces -}}
matchExpressions:
  - key: kubernetes.io/metadata.name
    operator: In
    values:
      {{- append .Values.prometheus.namespaces .Release.Namespace | uniq | sortAlpha | toYaml | nindent 6 }}
{{- else -}}
{}
{{- end -}}
{{- end -}}

{{/* The folder of a dashboard: takes root and file. The longest prefix wins. */}}
{{- define "monitoring.folder" -}}
{{- $best := "" -}}
{{- $folder := .root.Values.dashboards.defaultFolder -}}
{{- $file := .file -}}
{{- range $prefix, $name := .root.Values.dashboards.folders -}}
{{- if and (hasPrefix $prefix $file) (gt (len $prefix) (len $best)) -}}
{{- $best = $prefix -}}
{{- $folder = $name -}}
{{- end -}}
{{- end -}}
{{- $folder -}}
{{- end -}}
