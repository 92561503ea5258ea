{{/* Image reference. Call with dict "image" and "global", and "tag" for an image without one */}}
{{- define "ory-commons.image" -}}
{{- $registry := coalesce .image.registry (.global).imageRegistry -}}
{{- with $registry }}{{ trimSuffix "/" . }}/{{ end -}}
{{- .image.repository -}}
{{- if .image.digest -}}
{{- printf "@%s" .image.digest -}}
{{- else -}}
{{- printf ":%s" (.image.tag | default .tag | toString) -}}
{{- end -}}
{{- end -}}

{{- define "ory-commons.podSecurityContext" -}}
{{- $base := dict "runAsNonRoot" true "runAsUser" 65534 "runAsGroup" 65534 "fsGroup" 65534 "seccompProfile" (dict "type" "RuntimeDefault") -}}
{{- mergeOverwrite $base (deepCopy (.Values.podSecurityContext | default dict)) | toYaml -}}
{{- end -}}

{{- define "ory-commons.containerSecurityContext" -}}
{{- $base := dict "allowPrivilegeEscalation" false "readOnlyRootFilesystem" true "capabilities" (dict "drop" (list "ALL")) -}}
{{- merge (deepCopy (.Values.containerSecurityContext | default dict)) $base | toYaml -}}
{{- end -}}

{{/* Security context, pull secrets and scheduling of a pod, from the chart's values and the global ones */}}
{{- define "ory-commons.podSettings" -}}
{{- $global := .Values.global | default dict -}}
securityContext:
  {{- include "ory-commons.podSecurityContext" . | nindent 2 }}
{{- with $global.imagePullSecrets }}
imagePullSecrets:
  {{- range . }}
  {{- if kindIs "string" . }}
  - name: {{ . }}
  {{- else }}
  - {{ toYaml . }}
  {{- end }}
  {{- end }}
{{- end }}
{{- with .Values.priorityClassName | default $global.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- range $key, $value := pick .Values "nodeSelector" "affinity" "tolerations" "topologySpreadConstraints" }}
{{- with $value }}
{{ $key }}:
  {{- tpl (toYaml .) $ | nindent 2 }}
{{- end }}
{{- end }}
{{- end -}}
