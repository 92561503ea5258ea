{{/* What this chart knows better than Kiali's own defaults. */}}
{{- define "kiali.configDefaults" -}}
istio_namespace: {{ .Values.global.istio.namespace }}
deployment:
  cluster_wide_access: true
  view_only_mode: {{ .Values.deployment.viewOnly }}
  instance_name: {{ include "kiali.fullname" . }}
  namespace: {{ .Release.Namespace }}
external_services:
  custom_dashboards:
    enabled: true
  istio:
    root_namespace: {{ .Values.global.istio.namespace }}
    component_status:
      enabled: true
      components:
        - app_label: istiod
          is_core: true
        - app_label: istio-ingressgateway
          is_core: true
  prometheus:
    url: http://monitoring-prometheus.{{ .Release.Namespace }}.svc:9090
identity:
  cert_file: ""
  private_key_file: ""
server:
  port: {{ .Values.service.port }}
  observability:
    metrics:
      enabled: {{ .Values.metrics.enabled }}
      port: 9090
{{- end }}

{{/* config.yaml: the defaults with kiali.spec over them. */}}
{{- define "kiali.config" -}}
{{- $defaults := include "kiali.configDefaults" . | fromYaml -}}
{{- $given := tpl (toYaml .Values.kiali.spec) . | fromYaml -}}
{{- mergeOverwrite $defaults $given | toYaml -}}
{{- end }}
