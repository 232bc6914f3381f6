{{/* Names and labels. The names of the parts have no prefix: one release lives in a namespace. */}}

{{/* Labels of every object; takes {root, component}. */}}
{{- define "chairlift.labels" -}}
{{ include "chairlift.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end }}

{{/* Labels that select a component's pods; they never change over upgrades. */}}
{{- define "chairlift.selector" -}}
{{ include "chairlift.release-selector" .root }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{/* Labels that select every pod of the release. */}}
{{- define "chairlift.release-selector" -}}
app.kubernetes.io/part-of: chairlift
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "chairlift.image" -}}
{{- with .Values.image -}}
{{- if .digest }}{{ .repository }}@{{ .digest }}
{{- else }}{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}{{ end }}
{{- end -}}
{{- end }}
