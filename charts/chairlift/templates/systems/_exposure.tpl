{{/*
How a component with HTTP is reached, and its autoscaler: Service, headless Service of a StatefulSet, Ingress,
HorizontalPodAutoscaler. Takes what chairlift.workload takes.
*/}}
{{- define "chairlift.exposure" -}}
{{- $label := dict "root" .root "component" .name }}
{{- if .component.http }}
{{- $service := .values.service | default dict }}
---
apiVersion: v1
kind: Service
metadata:
  name: {{ .name }}
  labels: {{- include "chairlift.labels" $label | nindent 4 }}
  {{- with $service.annotations }}
  annotations: {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  type: {{ $service.type | default "ClusterIP" }}
  selector: {{- include "chairlift.selector" $label | nindent 4 }}
  ports:
    - { name: http, port: 8080, targetPort: http }
{{- if .component.dataPath }}
---
# Each pod under its own name, also while it is not ready.
apiVersion: v1
kind: Service
metadata:
  name: {{ .name }}-pods
  labels: {{- include "chairlift.labels" $label | nindent 4 }}
spec:
  clusterIP: None
  publishNotReadyAddresses: true
  selector: {{- include "chairlift.selector" $label | nindent 4 }}
  ports:
    - { name: http, port: 8080, targetPort: http }
{{- end }}
{{- end }}
{{- with .values.autoscaling }}
{{- if .enabled }}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {{ $.name }}
  labels: {{- include "chairlift.labels" $label | nindent 4 }}
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: {{ $.name }} }
  minReplicas: {{ .minReplicas }}
  maxReplicas: {{ .maxReplicas }}
  metrics:
    - type: Resource
      resource:
        name: cpu
        target: { type: Utilization, averageUtilization: {{ .targetCPUPercent }} }
  {{- with .behavior }}
  behavior: {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
{{- end }}
{{- with .values.ingress }}
{{- if .enabled }}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {{ $.name }}
  labels: {{- include "chairlift.labels" $label | nindent 4 }}
  {{- with .annotations }}
  annotations: {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  {{- with .className }}
  ingressClassName: {{ . }}
  {{- end }}
  {{- with .tlsSecret }}
  tls:
    - secretName: {{ . }}
      {{- with $.values.ingress.host }}
      hosts: [{{ . | quote }}]
      {{- end }}
  {{- end }}
  rules:
    - http:
        paths:
          - path: /
            pathType: Prefix
            backend: { service: { name: {{ $.name }}, port: { name: http } } }
      {{- with .host }}
      host: {{ . | quote }}
      {{- end }}
{{- end }}
{{- end }}
{{- end }}
