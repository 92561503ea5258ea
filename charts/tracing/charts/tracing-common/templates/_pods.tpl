{{- define "tracing-common.containerSecurityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop:
    - ALL
{{- end -}}

{{/* Ports of a container; takes ports, a dict of name and number. */}}
{{- define "tracing-common.containerPorts" -}}
{{- range $name, $number := .ports }}
- name: {{ $name }}
  containerPort: {{ $number }}
  protocol: TCP
{{- end }}
{{- end -}}

{{/* Liveness and readiness by HTTP; takes path and port. */}}
{{- define "tracing-common.probes" -}}
{{- $path := .path | default "/" -}}
livenessProbe:
  httpGet:
    path: {{ $path }}
    port: {{ .port }}
  initialDelaySeconds: 10
  periodSeconds: 15
  failureThreshold: 5
readinessProbe:
  httpGet:
    path: {{ $path }}
    port: {{ .port }}
  initialDelaySeconds: 3
{{- end -}}

{{/* A whole service; takes ports as a list of {name, port} and, optionally, name and headless. */}}
{{- define "tracing-common.service" -}}
apiVersion: v1
kind: Service
metadata:
  {{- include "tracing-common.metadata" . | nindent 2 }}
spec:
  {{- if .headless }}
  clusterIP: None
  {{- end }}
  selector:
    {{- include "tracing-common.selector" . | nindent 4 }}
  ports:
    {{- range .ports }}
    - name: {{ .name }}
      port: {{ .port }}
      targetPort: {{ .target | default .name }}
    {{- end }}
{{- end -}}
