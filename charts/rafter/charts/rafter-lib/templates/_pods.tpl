{{- define "rafter.image" -}}
{{- $tag := .Values.image.tag | default .Chart.AppVersion -}}
{{- list .Values.global.imageRegistry .Values.image.repository | compact | join "/" | replace "//" "/" }}:{{ $tag -}}
{{- end -}}

{{- define "rafter.pullSecrets" -}}
{{- with (.Values.global).imagePullSecrets }}
imagePullSecrets:
{{- range . }}
  - name: {{ . }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "rafter.podSecurity" -}}
securityContext:
  runAsNonRoot: true
  runAsUser: {{ .Values.user | default 1000 }}
  runAsGroup: {{ .Values.user | default 1000 }}
  fsGroup: {{ .Values.user | default 1000 }}
  seccompProfile:
    type: RuntimeDefault
{{- end -}}

{{- define "rafter.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop:
      - ALL
{{- end -}}

{{/* A map of names to plain values as a container's env. Booleans and numbers become strings. */}}
{{- define "rafter.env" -}}
{{- range $name, $value := . }}
- name: {{ $name }}
  value: {{ kindIs "float64" $value | ternary (printf "%v" (int64 $value)) (toString $value) | quote }}
{{- end }}
{{- end -}}

{{/* The object store's address and keys as env */}}
{{- define "rafter.storeEnv" -}}
{{- range list "accessKey" "secretKey" }}
- name: {{ printf "APP_STORE_%s" (snakecase . | upper) }}
  valueFrom:
    secretKeyRef:
      name: {{ include "rafter.storeSecret" $ }}
      key: {{ . }}
{{- end }}
{{- end -}}
