{{/*
A server for development: ServiceAccount, Service and StatefulSet of one pod. Takes {root, name, values, ports,
probe, container, volumes, dataPath, user}: `container` is text below the container, `volumes` below the pod's volumes.
*/}}
{{- define "chairlift.server" -}}
{{- $label := dict "root" .root "component" .name }}
{{- $storage := get .values "storage" | default (dict "enabled" false) }}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ .name }}
  labels: {{- include "chairlift.labels" $label | nindent 4 }}
automountServiceAccountToken: false
---
apiVersion: v1
kind: Service
metadata:
  name: {{ .name }}
  labels: {{- include "chairlift.labels" $label | nindent 4 }}
spec:
  selector: {{- include "chairlift.selector" $label | nindent 4 }}
  ports:
    {{- range $name, $port := .ports }}
    - { name: {{ $name }}, port: {{ $port }}, targetPort: {{ $name }} }
    {{- end }}
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {{ .name }}
  labels: {{- include "chairlift.labels" $label | nindent 4 }}
spec:
  serviceName: {{ .name }}
  replicas: 1
  selector:
    matchLabels: {{- include "chairlift.selector" $label | nindent 6 }}
  template:
    metadata:
      labels: {{- include "chairlift.labels" $label | nindent 8 }}
    spec:
      serviceAccountName: {{ .name }}
      automountServiceAccountToken: false
      enableServiceLinks: false
      terminationGracePeriodSeconds: 60
      {{- include "chairlift.pod-security" .user | nindent 6 }}
      containers:
        - name: {{ .name }}
          image: {{ .values.image }}
          imagePullPolicy: IfNotPresent
          {{- include "chairlift.container-security" (dict "readOnly" true) | nindent 10 }}
          ports:
            {{- range $name, $port := .ports }}
            - { name: {{ $name }}, containerPort: {{ $port }} }
            {{- end }}
          startupProbe:
            {{- toYaml .probe | nindent 12 }}
            periodSeconds: 2
            timeoutSeconds: 5
            failureThreshold: 90
          readinessProbe:
            {{- toYaml .probe | nindent 12 }}
            periodSeconds: 5
            timeoutSeconds: 5
          livenessProbe:
            {{- toYaml .probe | nindent 12 }}
            periodSeconds: 20
            timeoutSeconds: 10
            failureThreshold: 6
          resources: {{- toYaml .values.resources | nindent 12 }}
          {{- .container | nindent 10 }}
            - { name: data, mountPath: {{ .dataPath }} }
            - { name: tmp, mountPath: /tmp }
      volumes:
        {{- .volumes | nindent 8 }}
        - name: tmp
          emptyDir: { sizeLimit: 64Mi }
        {{- if not $storage.enabled }}
        - name: data
          emptyDir: { sizeLimit: 4Gi }
        {{- end }}
  {{- if $storage.enabled }}
  {{- include "chairlift.claim-templates" (dict "label" $label "storage" $storage) | nindent 2 }}
  {{- end }}
{{- end }}
