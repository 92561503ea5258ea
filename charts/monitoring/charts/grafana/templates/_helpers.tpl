{{/* Where the administrator's credentials are; empty if there is none. */}}
{{- define "grafana.adminSecret" -}}
{{- if .Values.admin.existingSecret -}}
{{- .Values.admin.existingSecret -}}
{{- else if .Values.admin.password -}}
{{- include "monitoring-lib.fullname" (dict "root" . "name" "grafana") -}}
{{- end -}}
{{- end -}}

{{/* grafana.ini from a map of maps. */}}
{{- define "grafana.ini" -}}
{{- range $section, $keys := .Values.ini }}
[{{ $section }}]
{{- range $key, $value := $keys }}
{{- if kindIs "string" $value }}
{{ $key }} = {{ tpl $value $ }}
{{- else if kindIs "invalid" $value }}
; {{ $key }} =
{{- else }}
{{ $key }} = {{ $value }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* A sidecar; takes root, kind and load. */}}
{{- define "grafana.sidecar" -}}
{{- $sidecar := .root.Values.sidecar -}}
- name: load-{{ .kind }}
  image: {{ include "monitoring-lib.image" (dict "root" .root "image" $sidecar.image) }}
  imagePullPolicy: {{ $sidecar.image.pullPolicy }}
  env:
    - name: METHOD
      value: {{ .method | default "WATCH" }}
    - name: LABEL
      value: {{ .load.label }}
    - name: FOLDER
      value: {{ .load.path }}
    - name: RESOURCE
      value: configmap
    - name: NAMESPACE
      value: {{ $sidecar.searchNamespace }}
    {{- if eq .kind "dashboards" }}
    - name: FOLDER_ANNOTATION
      value: grafana_folder
    {{- end }}
  resources:
    {{- toYaml $sidecar.resources | nindent 4 }}
  securityContext:
    {{- include "monitoring-lib.containerSecurity" .root | nindent 4 }}
  volumeMounts:
    - name: {{ .kind }}
      mountPath: {{ .load.path }}
{{- end -}}
