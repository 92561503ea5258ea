{{- define "connector.caSecret" -}}
{{- tpl .Values.global.applicationConnector.caSecret . -}}
{{- end -}}

{{/* Selector of one part. Call with dict "root" and "name" */}}
{{- define "connector.selector" -}}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end -}}

{{- define "connector.labels" -}}
{{ include "connector.selector" . }}
app.kubernetes.io/part-of: kyma
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end -}}

{{- define "connector.metadata" -}}
name: {{ .name }}
{{- if not .cluster }}
namespace: {{ .root.Release.Namespace }}
{{- end }}
labels:
  {{- include "connector.labels" (omit . "cluster") | nindent 2 }}
{{- end -}}

{{/* An image with the registry before it. Call with a list: root, image */}}
{{- define "connector.image" -}}
{{- $image := last . -}}
{{- $root := first . -}}
{{- if kindIs "map" $image -}}
{{- $image = printf "%s:%s" $image.repository ($image.tag | default $root.Chart.AppVersion | toString) -}}
{{- end -}}
{{- with $root.Values.global.imageRegistry }}{{ . }}/{{ end }}{{ $image -}}
{{- end -}}

{{- define "connector.podSecurity" -}}
securityContext:
  runAsNonRoot: true
  runAsUser: 2000
  runAsGroup: 2000
  fsGroup: 2000
  seccompProfile: {type: RuntimeDefault}
{{- with .Values.global.imagePullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end -}}

{{- define "connector.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end -}}

{{/* Command line arguments of a map, values being templates. Call with dict "root" and "args" */}}
{{- define "connector.args" -}}
{{- $root := .root -}}
{{- range $name, $value := .args }}
- {{ printf "-%s=%s" $name (tpl (toString $value) $root) | quote }}
{{- end }}
{{- end -}}

{{/* The services that are on, each with the defaults filled in, as JSON */}}
{{- define "connector.services" -}}
{{- $all := dict -}}
{{- range $name, $service := .Values.services -}}
{{- if $service -}}
{{- $full := mergeOverwrite (deepCopy $.Values.serviceDefaults) $service -}}
{{- if $full.enabled -}}
{{- $_ := set $all $name $full -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- toJson $all -}}
{{- end -}}
