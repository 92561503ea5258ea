{{- define "etcd.name" -}}
{{ .Release.Name }}-etcd
{{- end -}}

{{- define "etcd.selector" -}}
app.kubernetes.io/name: etcd
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "etcd.labels" -}}
{{ include "etcd.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: kyma
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{/* NAME=URL of each member, with commas */}}
{{- define "etcd.initialCluster" -}}
{{- $members := list -}}
{{- range $i, $_ := until (int .Values.replicaCount) -}}
{{- $member := printf "%s-%d" (include "etcd.name" $) $i -}}
{{- $members = append $members (printf "%s=http://%s.%s.%s.svc.cluster.local:%v" $member $member (include "etcd.name" $) $.Release.Namespace $.Values.ports.peer) -}}
{{- end -}}
{{- join "," $members -}}
{{- end -}}
