{{/*
A Node process as a Deployment, its ServiceAccount and its PodDisruptionBudget. Takes
{root, name, command, values, replicas, mayScale, http, stopPhases}: `replicas` is left out where an autoscaler owns
it, `mayScale` says that there may be more than one pod, `stopPhases` is the number of phases of stopping.
*/}}
{{- define "chairlift.workload" -}}
{{- include "chairlift.check" .root }}
{{- $label := dict "root" .root "component" .name }}
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
kind: Deployment
metadata:
  name: {{ .name }}
  labels: {{- include "chairlift.labels" $label | nindent 4 }}
spec:
  {{- if hasKey . "replicas" }}
  replicas: {{ .replicas }}
  {{- end }}
  selector:
    matchLabels: {{- include "chairlift.selector" $label | nindent 6 }}
  strategy:
    rollingUpdate:
      maxUnavailable: 0
      maxSurge: 1
  template:
    metadata:
      labels: {{- include "chairlift.labels" $label | nindent 8 }}
      annotations:
        checksum/secrets: {{ include "chairlift.secret-checksum" .root }}
        kubectl.kubernetes.io/default-container: {{ .name }}
    spec:
      {{- include "chairlift.pod" (dict "root" .root "values" .values "serviceAccount" .name) | nindent 6 }}
      # preStop, then every phase of stopping at its longest, then some air.
      terminationGracePeriodSeconds: {{ add .root.Values.stopping.preStopSeconds (mul .stopPhases .root.Values.stopping.phaseTimeoutSeconds) 5 }}
      topologySpreadConstraints:
        {{- range $key := list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
        - maxSkew: 1
          topologyKey: {{ $key }}
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels: {{- include "chairlift.selector" $label | nindent 14 }}
          matchLabelKeys: [pod-template-hash]
        {{- end }}
      containers:
        - name: {{ .name }}
          {{- include "chairlift.container" .root | nindent 10 }}
          command: {{ toJson .command }}
          env:
            - name: LOG_LEVEL
              value: {{ .root.Values.logLevel }}
            - name: STOP_TIMEOUT_MS
              value: {{ mul .root.Values.stopping.phaseTimeoutSeconds 1000 | quote }}
            - name: AMQP_URL_FILE
              value: /run/secrets/chairlift/amqp-url
            - name: DATABASE_URL_FILE
              value: /run/secrets/chairlift/database-url
            {{- range $name, $value := .values.settings }}
            - name: {{ $name }}
              value: {{ $value | toString | quote }}
            {{- end }}
          ports:
            {{- if .http }}
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
            - { name: secrets, mountPath: /run/secrets/chairlift, readOnly: true }
            - { name: tmp, mountPath: /tmp }
      volumes:
        - name: secrets
          projected:
            defaultMode: 0440
            sources:
              - secret:
                  name: {{ include "chairlift.rabbitmq-secret" .root }}
                  items: [{ key: amqp-url, path: amqp-url }]
              - secret:
                  name: {{ include "chairlift.postgres-secret" .root }}
                  items: [{ key: database-url, path: database-url }]
        - name: tmp
          emptyDir: { sizeLimit: 64Mi }
{{- if .mayScale }}
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

{{/* What every pod of our image says; takes {root, values, serviceAccount}. */}}
{{- define "chairlift.pod" -}}
serviceAccountName: {{ .serviceAccount }}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
{{- include "chairlift.pod-security" 1000 | nindent 0 }}
{{- with .values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* Takes the user that the pod runs as. */}}
{{- define "chairlift.pod-security" -}}
securityContext:
  runAsNonRoot: true
  runAsUser: {{ . }}
  runAsGroup: {{ . }}
  fsGroup: {{ . }}
  # Not on every start: RabbitMQ refuses a cookie that others than its owner may read.
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "chairlift.container-security" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
{{- end }}

{{- define "chairlift.container" -}}
image: {{ include "chairlift.image" . }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
{{ include "chairlift.container-security" . }}
{{- end }}
