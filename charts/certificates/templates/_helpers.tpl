{{- define "certificates.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: kyma
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{/* The mode with auto resolved: selfSigned, provided or issuer. */}}
{{- define "certificates.mode" -}}
{{- if ne .Values.mode "auto" -}}
{{- .Values.mode -}}
{{- else if and .Values.global.tlsCrt .Values.global.tlsKey -}}
provided
{{- else -}}
selfSigned
{{- end -}}
{{- end -}}

{{/* The hosts of the certificate as a JSON list: each once, in a fixed order. */}}
{{- define "certificates.hosts" -}}
{{- $domain := .Values.global.domainName -}}
{{- $hosts := list $domain (printf "*.%s" $domain) -}}
{{- range .Values.extraHosts -}}
{{- $hosts = append $hosts (tpl . $ | lower | trim) -}}
{{- end -}}
{{- $hosts | uniq | toJson -}}
{{- end -}}

{{/* An image: a dict of image and global. */}}
{{- define "certificates.image" -}}
{{- $parts := list (.global.imageRegistry | default "" | trimSuffix "/") (printf "%s:%s" .image.repository (toString .image.tag)) -}}
{{- join "/" (compact $parts) -}}
{{- end -}}

{{/* What every pod here has in common: no token, no rights. */}}
{{- define "certificates.podDefaults" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 65534
  runAsGroup: 65534
  fsGroup: 65534
  seccompProfile:
    type: RuntimeDefault
{{- with .Values.global.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "certificates.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop:
    - ALL
{{- end -}}
