{{/* Deployment, Service, ServiceAccount and rights of one service. Call with dict "root", "name", "service" */}}
{{- define "connector.workload" -}}
{{- $root := .root -}}
{{- $id := pick . "root" "name" -}}
{{- $service := .service -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  {{- include "connector.metadata" $id | nindent 2 }}
spec:
  replicas: {{ $service.replicas }}
  selector:
    matchLabels:
      {{- include "connector.selector" $id | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "connector.labels" $id | nindent 8 }}
    spec:
      serviceAccountName: {{ .name }}
      automountServiceAccountToken: {{ or (hasKey $service "rules") (hasKey $service "namespaceRules") }}
      {{- include "connector.podSecurity" $root | nindent 6 }}
      containers:
        - name: {{ .name }}
          image: {{ include "connector.image" (list $root $service.image) }}
          imagePullPolicy: {{ $service.image.pullPolicy }}
          args:
            - {{ printf "-logLevel=%s" $root.Values.global.logLevel | quote }}
            {{- with include "connector.args" (dict "root" $root "args" $service.args) }}
            {{- trim . | nindent 12 }}
            {{- end }}
          {{- with $service.env }}
          env:
            {{- range $key, $value := . }}
            - {name: {{ $key }}, value: {{ $value | quote }}}
            {{- end }}
          {{- end }}
          ports:
            {{- range $port, $number := $service.ports }}
            - name: {{ $port }}
              containerPort: {{ $number }}
            {{- end }}
          {{- range $probe := list "livenessProbe" "readinessProbe" }}
          {{ $probe }}:
            httpGet:
              path: {{ $service.probePath }}
              port: http
            timeoutSeconds: 3
            {{- if eq $probe "livenessProbe" }}
            failureThreshold: 5
            initialDelaySeconds: 10
            {{- end }}
          {{- end }}
          resources:
            {{- toYaml $service.resources | nindent 12 }}
          {{- include "connector.containerSecurity" $root | nindent 10 }}
---
apiVersion: v1
kind: Service
metadata:
  {{- include "connector.metadata" $id | nindent 2 }}
spec:
  selector:
    {{- include "connector.selector" $id | nindent 4 }}
  ports:
    {{- range $port, $number := $service.ports }}
    - name: http-{{ $port }}
      port: {{ $number }}
      targetPort: {{ $port }}
    {{- end }}
---
apiVersion: v1
kind: ServiceAccount
metadata:
  {{- include "connector.metadata" $id | nindent 2 }}
{{- range $scope, $rules := dict "Cluster" $service.rules "" $service.namespaceRules }}
{{- if $rules }}
{{- $meta := include "connector.metadata" (merge (dict "cluster" (ne $scope "")) $id) }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ $scope }}Role
metadata:
  {{- $meta | nindent 2 }}
rules:
  {{- toYaml $rules | nindent 2 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ $scope }}RoleBinding
metadata:
  {{- $meta | nindent 2 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: {{ $scope }}Role
  name: {{ $id.name }}
subjects:
  - kind: ServiceAccount
    name: {{ $id.name }}
    namespace: {{ $root.Release.Namespace }}
{{- end }}
{{- end }}
{{- if and $service.podDisruptionBudget (gt (int $service.replicas) 1) }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  {{- include "connector.metadata" $id | nindent 2 }}
spec:
  minAvailable: 1
  selector:
    matchLabels:
      {{- include "connector.selector" $id | nindent 6 }}
{{- end }}
{{- end -}}
