{{/* Call with dict "global" and "image", a string, or a map with repository and tag; "tag" for a map without */}}
{{- define "serverless.image" -}}
{{- $image := .image -}}
{{- if kindIs "map" $image -}}
{{- $image = printf "%s:%s" $image.repository ($image.tag | default .tag) -}}
{{- end -}}
{{- with (.global).imageRegistry -}}
{{- $image = printf "%s/%s" (trimSuffix "/" .) (trimPrefix "library/" $image) -}}
{{- end -}}
{{- $image -}}
{{- end -}}

{{- define "serverless.podSecurity" -}}
securityContext:
  runAsNonRoot: true
  runAsUser: {{ .Values.runAsUser | default 1000 | int }}
  runAsGroup: {{ .Values.runAsUser | default 1000 | int }}
  {{- if .Values.runAsUser }}
  fsGroup: {{ int .Values.runAsUser }}
  {{- end }}
  seccompProfile:
    type: RuntimeDefault
{{- end -}}

{{- define "serverless.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  privileged: false
  capabilities:
    drop: [ALL]
{{- end -}}

{{/* What every pod of the charts has */}}
{{- define "serverless.pod" -}}
{{- include "serverless.podSecurity" . }}
{{- with .Values.global.imagePullSecrets }}
imagePullSecrets:
{{- range . }}
- name: {{ . }}
{{- end }}
{{- end }}
{{- with .Values.global.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- range $field, $value := pick .Values "nodeSelector" "tolerations" "affinity" }}
{{- if $value }}
{{ $field }}:
{{ toYaml $value | indent 2 }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Probes over HTTP. Call with dict "port", and the paths "live" and "ready" */}}
{{- define "serverless.probes" -}}
livenessProbe:
  httpGet: {path: {{ .live }}, port: {{ .port }}, scheme: {{ .scheme | default "HTTP" }}}
  initialDelaySeconds: 10
  periodSeconds: 15
readinessProbe:
  httpGet: {path: {{ .ready | default .live }}, port: {{ .port }}, scheme: {{ .scheme | default "HTTP" }}}
  periodSeconds: 5
{{- end -}}
