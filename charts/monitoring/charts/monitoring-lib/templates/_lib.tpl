{{/* Most of these take a dict with root, the caller's context, and name, the program's. */}}

{{- define "monitoring-lib.fullname" -}}
{{- printf "%s-%s" .root.Release.Name .name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "monitoring-lib.selector" -}}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end -}}

{{- define "monitoring-lib.labels" -}}
{{ include "monitoring-lib.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
app.kubernetes.io/part-of: kyma-monitoring
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end -}}

{{/* Takes also, optionally: suffix of the name, namespace, clusterWide, annotations, extraLabels. */}}
{{- define "monitoring-lib.metadata" -}}
name: {{ include "monitoring-lib.fullname" . }}{{ with .suffix }}-{{ . }}{{ end }}
{{- if not .clusterWide }}
namespace: {{ .namespace | default .root.Release.Namespace }}
{{- end }}
labels:
  {{- include "monitoring-lib.labels" . | nindent 2 }}
  {{- range $key, $value := .extraLabels }}
  {{ $key }}: {{ $value | quote }}
  {{- end }}
{{- with .annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* An image; takes root and image. */}}
{{- define "monitoring-lib.image" -}}
{{- $registry := .image.registry | default .root.Values.global.imageRegistry -}}
{{- if $registry -}}{{ trimSuffix "/" $registry }}/{{- end -}}
{{ .image.repository }}
{{- if .image.digest -}}@{{ .image.digest }}{{- else -}}:{{ .image.tag }}{{- end -}}
{{- end -}}

{{/* A service account. */}}
{{- define "monitoring-lib.serviceAccount" -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  {{- include "monitoring-lib.metadata" . | nindent 2 }}
{{- with .root.Values.global.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* A cluster role and its binding to the account of the same name; takes rules as text. */}}
{{- define "monitoring-lib.clusterRole" -}}
{{- $meta := merge (dict "clusterWide" true) . -}}
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  {{- include "monitoring-lib.metadata" $meta | nindent 2 }}
rules:
  {{- .rules | trim | nindent 2 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  {{- include "monitoring-lib.metadata" $meta | nindent 2 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: {{ include "monitoring-lib.fullname" . }}{{ with .suffix }}-{{ . }}{{ end }}
subjects:
  - kind: ServiceAccount
    name: {{ include "monitoring-lib.fullname" . }}{{ with .suffix }}-{{ . }}{{ end }}
    namespace: {{ .root.Release.Namespace }}
{{- end -}}

{{/* A pod's security context; takes uid and, optionally, fsGroup. */}}
{{- define "monitoring-lib.podSecurity" -}}
runAsNonRoot: true
runAsUser: {{ .uid }}
runAsGroup: {{ .gid | default .uid }}
{{- if .fsGroup }}
fsGroup: {{ .fsGroup }}
{{- end }}
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "monitoring-lib.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop:
    - ALL
{{- end -}}

{{/* A service monitor; takes port and, optionally, interval, honorLabels, relabelings, metricRelabelings. */}}
{{- define "monitoring-lib.serviceMonitor" -}}
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  {{- include "monitoring-lib.metadata" (merge (dict "extraLabels" .root.Values.global.monitorLabels) .) | nindent 2 }}
spec:
  jobLabel: app.kubernetes.io/name
  selector:
    matchLabels:
      {{- include "monitoring-lib.selector" . | nindent 6 }}
  endpoints:
    - port: {{ .port }}
      {{- with .path }}
      path: {{ . }}
      {{- end }}
      {{- with .interval }}
      interval: {{ . }}
      {{- end }}
      {{- if .honorLabels }}
      honorLabels: true
      {{- end }}
      {{- range $field := list "relabelings" "metricRelabelings" }}
      {{- with index $ $field }}
      {{ $field }}:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- end }}
{{- end -}}

{{/* A virtual service behind Kyma's gateway; takes host, service and port. */}}
{{- define "monitoring-lib.virtualService" -}}
{{- $global := .root.Values.global -}}
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  {{- include "monitoring-lib.metadata" . | nindent 2 }}
spec:
  gateways:
    - {{ $global.istio.gateway.namespace }}/{{ $global.istio.gateway.name }}
  hosts:
    - {{ .host }}.{{ $global.domainName }}
  http:
    - route:
        - destination:
            host: {{ .service }}
            port:
              number: {{ .port }}
{{- end -}}
