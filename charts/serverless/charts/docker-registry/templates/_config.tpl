{{- define "docker-registry.config" -}}
{{- $config := dict "version" "0.1" "http" (dict "addr" (printf ":%v" .Values.port) "headers" (dict "X-Content-Type-Options" (list "nosniff"))) -}}
{{- $_ := set $config "health" (dict "storagedriver" (dict "enabled" true "interval" "10s" "threshold" 3)) -}}
{{- if eq .Values.storage.driver "s3" -}}
{{- $bucket := required "docker-registry.storage.s3.bucket is needed" .Values.storage.s3.bucket -}}
{{- $_ := set $config "storage" (dict "s3" (dict "region" .Values.storage.s3.region "bucket" $bucket "secure" true)) -}}
{{- else -}}
{{- $_ := set $config "storage" (dict "filesystem" (dict "rootdirectory" "/var/lib/registry")) -}}
{{- end -}}
{{- if include "docker-registry.protected" . -}}
{{- $_ := set $config "auth" (dict "htpasswd" (dict "realm" "functions" "path" "/etc/docker/auth/htpasswd")) -}}
{{- end -}}
{{- mergeOverwrite $config (deepCopy .Values.config) | toYaml -}}
{{- end -}}

{{/* "yes" if a password is needed. The parent makes the Secret with it. */}}
{{- define "docker-registry.protected" -}}
{{- with .Values.global.serverless.login.username }}yes{{ end -}}
{{- end -}}

{{- define "docker-registry.volumes" -}}
- name: config
  configMap:
    name: {{ include "serverless.fullname" . }}
{{- if include "docker-registry.protected" . }}
- name: auth
  secret:
    secretName: {{ .Release.Name }}-registry-htpasswd
{{- end }}
{{- if eq .Values.storage.driver "filesystem" }}
- name: data
  persistentVolumeClaim:
    claimName: {{ include "serverless.fullname" . }}
{{- end }}
{{- end -}}

{{/* The registry's container. Call with dict "root", "name", "args" and, if it serves, "serves" */}}
{{- define "docker-registry.container" -}}
{{- with .root -}}
name: {{ $.name }}
image: {{ include "serverless.image" (dict "image" .Values.image "global" .Values.global "tag" .Chart.AppVersion) }}
command: [/bin/registry]
args: {{ toJson $.args }}
{{- if eq .Values.storage.driver "s3" }}
env:
  {{- range $env, $key := dict "REGISTRY_STORAGE_S3_ACCESSKEY" "accessKey" "REGISTRY_STORAGE_S3_SECRETKEY" "secretKey" }}
  - name: {{ $env }}
    valueFrom:
      secretKeyRef:
        name: {{ required "docker-registry.storage.s3.existingSecret is needed" $.root.Values.storage.s3.existingSecret }}
        key: {{ $key }}
  {{- end }}
{{- end }}
{{- if $.serves }}
ports:
  - name: http
    containerPort: {{ .Values.port }}
{{ include "serverless.probes" (dict "port" "http" "live" "/") }}
{{- end }}
resources:
  {{- toYaml .Values.resources | nindent 2 }}
{{ include "serverless.containerSecurity" . }}
volumeMounts:
  - name: config
    mountPath: /etc/docker/registry
    readOnly: true
  {{- if include "docker-registry.protected" . }}
  - name: auth
    mountPath: /etc/docker/auth
    readOnly: true
  {{- end }}
  {{- if eq .Values.storage.driver "filesystem" }}
  - name: data
    mountPath: /var/lib/registry
  {{- end }}
{{- end -}}
{{- end -}}
