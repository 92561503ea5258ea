{{- define "helm-broker.fullname" -}}
{{- .Release.Name | replace "." "-" | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{- define "helm-broker.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "helm-broker.labels" -}}
{{ include "helm-broker.selector" . }}
app.kubernetes.io/version: {{ .Values.image.tag | default .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: kyma
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "helm-broker.metadata" -}}
name: {{ include "helm-broker.fullname" . }}
namespace: {{ .Release.Namespace }}
labels:
  {{- include "helm-broker.labels" . | nindent 2 }}
{{- end -}}

{{/* Call with a list: root context, image */}}
{{- define "helm-broker.image" -}}
{{- $root := index . 0 -}}
{{- $image := index . 1 -}}
{{- $name := $image.repository -}}
{{- if $root.Values.global.imageRegistry -}}
{{- $name = printf "%s/%s" $root.Values.global.imageRegistry $name -}}
{{- end -}}
{{- printf "%s:%s" $name ($image.tag | default $root.Chart.AppVersion | toString) -}}
{{- end -}}

{{- define "helm-broker.serviceAccount" -}}
{{- if .Values.serviceAccount.create }}{{ include "helm-broker.fullname" . }}{{ else }}default{{ end -}}
{{- end -}}

{{- define "helm-broker.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities:
  drop: [ALL]
{{- end -}}

{{/* "true" or nothing: is documentation sent to Rafter? */}}
{{- define "helm-broker.documents" -}}
{{- $when := .Values.documentation.enabled | toString -}}
{{- if or (eq $when "always") (eq $when "true") -}}
true
{{- else if eq $when "auto" -}}
{{- if or (.Capabilities.APIVersions.Has "rafter.kyma-project.io/v1beta1") (.Capabilities.APIVersions.Has "rafter.kyma-project.io/v1beta1/ClusterAssetGroup") -}}
true
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Storage: the subchart's members, or an etcd elsewhere */}}
{{- define "helm-broker.storage" -}}
{{- $endpoints := list -}}
{{- if .Values.etcd.enabled -}}
{{- range $i := until (int .Values.etcd.replicaCount) -}}
{{- $member := printf "%s-etcd-%d.%s-etcd.%s.svc.cluster.local" $.Release.Name $i $.Release.Name $.Release.Namespace -}}
{{- $endpoints = append $endpoints (printf "http://%s:%d" $member (int $.Values.etcdClient.port)) -}}
{{- end -}}
{{- else -}}
{{- $_ := .Values.externalEtcd.endpoints | default list | first | required "externalEtcd.endpoints must name an etcd when the subchart is off" -}}
{{- $endpoints = .Values.externalEtcd.endpoints -}}
{{- end -}}
- driver: etcd
  provide:
    {{- range list "chart" "addon" "instance" "instanceOperation" "bindOperation" "instanceBindData" }}
    {{ . }}: {}
    {{- end }}
  etcd:
    dialTimeout: {{ dig "dialTimeout" "10s" (.Values.etcdClient | default dict) }}
    endpoints:
      {{- toYaml $endpoints | nindent 6 }}
{{- end -}}
