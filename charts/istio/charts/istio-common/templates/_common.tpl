{{/* Labels that never change; takes root and name. */}}
{{- define "istio-common.labels" -}}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/version: {{ .root.Values.global.tag | toString | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
app.kubernetes.io/part-of: istio
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
istio.io/rev: {{ .root.Values.global.revision | default "default" }}
{{- end -}}

{{/* "-REVISION", or nothing for the default revision. */}}
{{- define "istio-common.revisionSuffix" -}}
{{- with .Values.global.revision }}-{{ . }}{{ end -}}
{{- end -}}

{{/* An image of Istio; takes root and image. */}}
{{- define "istio-common.image" -}}
{{- $g := .root.Values.global -}}
{{- if contains "/" .image -}}
{{ .image }}
{{- else -}}
{{- $tag := toString $g.tag -}}
{{- if $g.variant -}}{{- $tag = printf "%s-%s" $tag $g.variant -}}{{- end -}}
{{- list ($g.imageRegistry | default "") $g.hub (printf "%s:%s" .image $tag) | compact | join "/" -}}
{{- end -}}
{{- end -}}

{{/* Where sidecars find the control plane. */}}
{{- define "istio-common.discoveryAddress" -}}
istiod{{ include "istio-common.revisionSuffix" . }}.{{ .Release.Namespace }}.svc:15012
{{- end -}}

{{/* The log flags of Istio's programs, as list items. */}}
{{- define "istio-common.logArgs" -}}
- --log_output_level={{ .Values.global.logLevel }}
{{- if .Values.global.logAsJSON }}
- --log_as_json
{{- end }}
{{- end -}}

{{- define "istio-common.pullSecrets" -}}
{{- with .Values.global.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* A container's security context; takes uid and, optionally, writable. */}}
{{- define "istio-common.securityContext" -}}
allowPrivilegeEscalation: false
privileged: false
readOnlyRootFilesystem: {{ not (default false .writable) }}
runAsNonRoot: true
runAsUser: {{ int .uid }}
runAsGroup: {{ int .uid }}
capabilities:
  drop:
    - ALL
{{- end -}}

{{/* Environment from the pod's own fields; takes a dict of variable and field path. */}}
{{- define "istio-common.fieldEnv" -}}
{{- range $variable, $path := . }}
- name: {{ $variable }}
  valueFrom:
    fieldRef:
      fieldPath: {{ $path }}
{{- end }}
{{- end -}}

{{/* An autoscaler by CPU and memory; takes root, name, labels and scale. */}}
{{- define "istio-common.autoscaler" -}}
apiVersion: {{ if semverCompare ">=1.23-0" .root.Capabilities.KubeVersion.Version }}autoscaling/v2{{ else }}autoscaling/v2beta2{{ end }}
kind: HorizontalPodAutoscaler
metadata:
  name: {{ .name }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- .labels | nindent 4 }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ .name }}
  minReplicas: {{ .scale.minReplicas }}
  maxReplicas: {{ .scale.maxReplicas }}
  metrics:
    {{- range $resource, $percent := .scale.targets }}
    - type: Resource
      resource:
        name: {{ $resource }}
        target:
          type: Utilization
          averageUtilization: {{ $percent }}
    {{- end }}
{{- end -}}

{{/* A disruption budget; takes root, name, labels, selector and budget. */}}
{{- define "istio-common.disruptionBudget" -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ .name }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- .labels | nindent 4 }}
spec:
  {{- if hasKey .budget "maxUnavailable" }}
  maxUnavailable: {{ .budget.maxUnavailable }}
  {{- else }}
  minAvailable: {{ .budget.minAvailable | default 1 }}
  {{- end }}
  selector:
    matchLabels:
      {{- .selector | nindent 6 }}
{{- end -}}
