{{/* What pods have in common. */}}

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

{{- /* Takes {readOnly}. */}}
{{- define "chairlift.container-security" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: {{ .readOnly }}
  capabilities: { drop: [ALL] }
{{- end }}

{{/* What every container of our image says. */}}
{{- define "chairlift.container" -}}
image: {{ include "chairlift.image" . }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
{{ include "chairlift.container-security" (dict "readOnly" (not .Values.development.enabled)) }}
{{- end }}

{{/* A StatefulSet's claim for the volume `data`; takes {label, storage}. */}}
{{- define "chairlift.claim-templates" -}}
volumeClaimTemplates:
  - metadata:
      name: data
      labels: {{- include "chairlift.selector" .label | nindent 8 }}
    spec:
      accessModes: [ReadWriteOnce]
      {{- with .storage.className }}
      storageClassName: {{ . }}
      {{- end }}
      resources:
        requests:
          storage: {{ .storage.size }}
{{- end }}
