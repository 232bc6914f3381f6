{{/*
A component's pods: ServiceAccount, Deployment or StatefulSet, PodDisruptionBudget. Takes {root, name, component,
values}: `component` is its declaration in systems/*.yaml. The number of replicas is left out where an autoscaler owns it.
*/}}
{{- define "chairlift.workload" -}}
{{- $label := dict "root" .root "component" .name }}
{{- $kept := hasKey .component "dataPath" }}
{{- $needs := dict "root" .root "needs" (.component.needs | default list) }}
{{- $secrets := include "chairlift.secret-volume" $needs }}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ .name }}
  labels: {{- include "chairlift.labels" $label | nindent 4 }}
  {{- with .values.serviceAccountAnnotations }}
  annotations: {{- toYaml . | nindent 4 }}
  {{- end }}
automountServiceAccountToken: false
---
apiVersion: apps/v1
kind: {{ ternary "StatefulSet" "Deployment" $kept }}
metadata:
  name: {{ .name }}
  labels: {{- include "chairlift.labels" $label | nindent 4 }}
spec:
  {{- if not (include "chairlift.is-scaled" .) }}
  replicas: {{ .values.replicas }}
  {{- end }}
  selector:
    matchLabels: {{- include "chairlift.selector" $label | nindent 6 }}
  {{- if $kept }}
  serviceName: {{ .name }}-pods
  podManagementPolicy: Parallel
  {{- else }}
  strategy:
    rollingUpdate:
      maxUnavailable: 0
      maxSurge: 1
  {{- end }}
  template:
    metadata:
      labels: {{- include "chairlift.labels" $label | nindent 8 }}
      annotations:
        checksum/secrets: {{ include "chairlift.secret-checksum" $needs }}
        kubectl.kubernetes.io/default-container: {{ .name }}
    spec:
      {{- include "chairlift.pod" (dict "root" .root "values" .values "serviceAccount" .name) | nindent 6 }}
      # preStop, then every phase of stopping at its longest, then some air.
      terminationGracePeriodSeconds: {{ add .root.Values.stopping.preStopSeconds (mul (int .component.stopPhases) .root.Values.stopping.phaseTimeoutSeconds) 5 }}
      # Over nodes, and weaker over zones. Not as two constraints: the scheduler ignores both on nodes without a zone.
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels: {{- include "chairlift.selector" $label | nindent 14 }}
          {{- if not $kept }}
          matchLabelKeys: [pod-template-hash]
          {{- end }}
      affinity:
        podAntiAffinity:
          preferredDuringSchedulingIgnoredDuringExecution:
            - weight: 20
              podAffinityTerm:
                topologyKey: topology.kubernetes.io/zone
                labelSelector:
                  matchLabels: {{- include "chairlift.selector" $label | nindent 20 }}
      containers:
        - name: {{ .name }}
          {{- include "chairlift.container" .root | nindent 10 }}
          {{- if .root.Values.development.enabled }}
          command: {{ concat (list "node" "--watch") (rest .component.command) | toJson }}
          {{- else }}
          command: {{ toJson .component.command }}
          {{- end }}
          env:
            - name: LOG_LEVEL
              value: {{ .root.Values.logLevel }}
            - name: STOP_TIMEOUT_MS
              value: {{ mul .root.Values.stopping.phaseTimeoutSeconds 1000 | quote }}
            {{- if $kept }}
            - name: POD_NAME
              valueFrom: { fieldRef: { fieldPath: metadata.name } }
            {{- end }}
            {{- include "chairlift.secret-variables" $needs | nindent 12 }}
            {{- range $settings := list (.component.env | default dict) .values.settings }}
            {{- range $name, $value := $settings }}
            - name: {{ $name }}
              value: {{ $value | toString | quote }}
            {{- end }}
            {{- end }}
          ports:
            {{- if .component.http }}
            - name: http
              containerPort: 8080
            {{- end }}
            - name: admin
              containerPort: 9090
          # Until it was ready once: servers that start together with it may take their time.
          startupProbe:
            httpGet: { path: /readyz, port: admin }
            periodSeconds: 1
            failureThreshold: 180
          readinessProbe:
            httpGet: { path: /readyz, port: admin }
            periodSeconds: 2
            timeoutSeconds: 2
          livenessProbe:
            httpGet: { path: /livez, port: admin }
            periodSeconds: 10
            timeoutSeconds: 5
            failureThreshold: 6
          lifecycle:
            preStop:
              sleep: { seconds: {{ .root.Values.stopping.preStopSeconds }} }
          resources: {{- toYaml .values.resources | nindent 12 }}
          volumeMounts:
            {{- if $secrets }}
            - { name: secrets, mountPath: /run/secrets/chairlift, readOnly: true }
            {{- end }}
            {{- if $kept }}
            - { name: data, mountPath: {{ .component.dataPath }} }
            {{- end }}
            - { name: tmp, mountPath: /tmp }
      volumes:
        {{- $secrets | nindent 8 }}
        - name: tmp
          emptyDir: { sizeLimit: {{ .component.tmpSize | default "64Mi" }} }
        {{- if and $kept (not .values.storage.enabled) }}
        - name: data
          emptyDir: { sizeLimit: {{ .values.storage.size }} }
        {{- end }}
  {{- if and $kept .values.storage.enabled }}
  {{- include "chairlift.claim-templates" (dict "label" $label "storage" .values.storage) | nindent 2 }}
  {{- end }}
{{- if gt (int (include "chairlift.fewest" .)) 1 }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ .name }}
  labels: {{- include "chairlift.labels" $label | nindent 4 }}
spec:
  maxUnavailable: 1
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels: {{- include "chairlift.selector" $label | nindent 6 }}
{{- end }}
{{- end }}
