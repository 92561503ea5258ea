{{- define "istio.labels" -}}
{{ include "istio-common.labels" (dict "root" . "name" "istio") }}
{{- end -}}

{{/* MeshConfig: the values with their templates filled in, and what follows from other values. */}}
{{- define "istio.meshConfig" -}}
{{- $mesh := tpl (toYaml .Values.meshConfig) . | fromYaml -}}
{{- if not (hasKey $mesh "ingressService") -}}
{{- if index .Values "ingress-gateway" "enabled" -}}
{{- $_ := set $mesh "ingressService" "istio-ingressgateway" -}}
{{- $_ := set $mesh "ingressSelector" "ingressgateway" -}}
{{- end -}}
{{- end -}}
{{- toYaml $mesh -}}
{{- end -}}

{{/* The values that the injector's template may read, as JSON. */}}
{{- define "istio.injectionValues" -}}
{{- $global := pick .Values.global "imagePullPolicy" "imagePullSecrets" "logLevel" "meshID" "network" "clusterName" "clusterDomain" "proxy" "hub" "tag" "variant" -}}
{{- $values := dict
      "global" $global
      "revision" .Values.global.revision
      "istio_cni" (dict "enabled" .Values.cni.enabled)
      "sidecarInjectorWebhook" (dict "rewriteAppHTTPProbe" .Values.injection.rewriteAppHTTPProbes) -}}
{{- toPrettyJson $values -}}
{{- end -}}
