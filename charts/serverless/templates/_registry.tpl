{{/* Host and port that images are pushed to and pulled from */}}
{{- define "serverless.pushAddress" -}}
{{- if .Values.global.serverless.internalRegistry -}}
{{- printf "%s-docker-registry.%s.svc.cluster.local:%v" .Release.Name .Release.Namespace .Values.registryService.port -}}
{{- else -}}
{{- tpl .Values.registry.address . -}}
{{- end -}}
{{- end -}}

{{- define "serverless.pullAddress" -}}
{{- if .Values.global.serverless.internalRegistry -}}
{{- /* The kubelet does not know the cluster's names, but reaches the port on its own node. */ -}}
localhost:{{ index .Values "docker-registry" "service" "nodePort" }}
{{- else -}}
{{- tpl .Values.registry.address . -}}
{{- end -}}
{{- end -}}

{{/* The Docker configuration with the credentials of both addresses, as JSON */}}
{{- define "serverless.dockerConfig" -}}
{{- $auths := dict -}}
{{- $login := pick .Values.global.serverless.login "username" "password" -}}
{{- if $login.username -}}
{{- $auth := printf "%s:%s" $login.username (required "global.serverless.login.password is needed with username" $login.password) | b64enc -}}
{{- range list (include "serverless.pushAddress" .) (include "serverless.pullAddress" .) | uniq -}}
{{- $host := splitList "/" . | first -}}
{{- $_ := set $auths $host (merge (dict "auth" $auth) $login) -}}
{{- end -}}
{{- end -}}
{{- dict "auths" $auths | toJson -}}
{{- end -}}

{{/* Resources of one size. Call with the size */}}
{{- define "serverless.size" -}}
{{- $requests := omit . "limits" -}}
{{- $limits := .limits | default dict | deepCopy -}}
{{- range $resource, $amount := $requests -}}
{{- if not (hasKey $limits $resource) -}}
{{- $number := regexFind "^[0-9.]+" (toString $amount) -}}
{{- $unit := trimPrefix $number (toString $amount) -}}
{{- $_ := set $limits $resource (printf "%v%s" (mulf (float64 $number) 2.0) $unit) -}}
{{- end -}}
{{- end -}}
{{- dict "requests" $requests "limits" $limits | toJson -}}
{{- end -}}
