{{- define "catalog.image" -}}
{{- $image := .Values.global.serviceCatalog.image -}}
{{- $reference := printf "%s:%v" $image.repository $image.tag -}}
{{- with .Values.global.imageRegistry -}}
{{- $reference = printf "%s/%s" . $reference -}}
{{- end -}}
image: {{ $reference }}
imagePullPolicy: {{ $image.pullPolicy }}
{{- end -}}

{{/* First fields of a pod's spec. Call with a chart's context. */}}
{{- define "catalog.podSpec" -}}
serviceAccountName: {{ .Values.serviceAccount | default (include "catalog.fullname" .) }}
{{- with .Values.global.imagePullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with .Values.global.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 2000
  runAsGroup: 2000
  fsGroup: 2000
  seccompProfile:
    type: RuntimeDefault
affinity:
  podAntiAffinity:
    preferredDuringSchedulingIgnoredDuringExecution:
      - weight: 100
        podAffinityTerm:
          topologyKey: kubernetes.io/hostname
          labelSelector:
            matchLabels:
              {{- include "catalog.selectorLabels" . | nindent 14 }}
{{- end -}}

{{- define "catalog.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
{{- end -}}

{{/* HTTPS probes on a port. Call with dict "port" and, if it is not plain HTTP, "scheme" */}}
{{- define "catalog.probes" -}}
{{- range $i, $name := list "readiness" "liveness" }}
{{- if $i }}
{{ end -}}
{{ $name }}Probe:
  httpGet:
    port: {{ $.port }}
    path: /healthz{{ if eq $name "readiness" }}/ready{{ end }}
    scheme: {{ $.scheme | default "HTTP" }}
  failureThreshold: {{ mul (add $i 1) 3 }}
  initialDelaySeconds: {{ mul 20 (add1 $i) }}
  periodSeconds: 10
  timeoutSeconds: 5
{{- end -}}
{{- end -}}
