{{- define "addons.fullname" -}}
{{- $prefix := .Release.Name | trimSuffix "-addons" -}}
{{- printf "%s-%s" $prefix .Chart.Name | trunc 53 | trimSuffix "-" -}}
{{- end -}}

{{- define "addons.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "addons.labels" -}}
{{- $labels := include "addons.selector" . | fromYaml -}}
{{- $more := dict
      "app.kubernetes.io/version" (.Chart.AppVersion | toString)
      "app.kubernetes.io/part-of" "kyma"
      "app.kubernetes.io/managed-by" .Release.Service
      "helm.sh/chart" (printf "%s-%s" .Chart.Name .Chart.Version) -}}
{{- merge $labels $more (.Values.commonLabels | default dict) | toYaml -}}
{{- end -}}

{{- define "addons.image" -}}
{{- with .Values.global.imageRegistry }}{{ . }}/{{ end }}{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}

{{- define "addons.pod" -}}
serviceAccountName: {{ include "addons.fullname" . }}
{{ include "addons.podSecurity" . }}
{{- end -}}

{{- define "addons.podSecurity" -}}
securityContext:
  runAsNonRoot: true
  runAsUser: {{ .Values.runAsUser | default 1000 | int }}
  seccompProfile: {type: RuntimeDefault}
{{- with .Values.global.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "addons.container" -}}
image: {{ include "addons.image" . }}
imagePullPolicy: {{ .Values.image.pullPolicy | default "IfNotPresent" }}
resources:
  {{- toYaml .Values.resources | nindent 2 }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end -}}

{{- define "addons.account" -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ include "addons.fullname" . }}
  namespace: {{ .Release.Namespace }}
  labels:
    {{- include "addons.labels" . | nindent 4 }}
{{- end -}}

{{/* ClusterRole with its binding. Call with dict "root" and "rules" */}}
{{- define "addons.clusterRole" -}}
{{- $name := include "addons.fullname" .root -}}
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: {{ $name }}
  labels:
    {{- include "addons.labels" .root | nindent 4 }}
rules:
  {{- tpl .rules .root | trim | nindent 2 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: {{ $name }}
  labels:
    {{- include "addons.labels" .root | nindent 4 }}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: {{ $name }}}
subjects:
  - {kind: ServiceAccount, name: {{ $name }}, namespace: {{ .root.Release.Namespace }}}
{{- end -}}
