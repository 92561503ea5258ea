{{/* Annotations of a hook that runs after the installation. Call with its weight */}}
{{- define "minio.hook" -}}
annotations:
  helm.sh/hook: post-install,post-upgrade
  helm.sh/hook-weight: {{ . | quote }}
  helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end -}}
