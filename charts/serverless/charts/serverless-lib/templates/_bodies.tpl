{{/* Bodies for serverless.object that more than one chart needs */}}
{{- define "serverless.body.account" -}}
automountServiceAccountToken: {{ .Values.needsToken | default false }}
{{- with (.Values.serviceAccount).annotations }}
metadata:
  annotations:
    {{- toYaml . | nindent 4 }}
{{- end }}
{{- end -}}

{{- define "serverless.body.pdb" -}}
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      {{- include "serverless.selector" . | nindent 6 }}
{{- end -}}

{{- define "serverless.body.binding" -}}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: {{ include "serverless.fullname" . }}
subjects:
  - kind: ServiceAccount
    name: {{ include "serverless.fullname" . }}
    namespace: {{ .Release.Namespace }}
{{- end -}}
