{{/* Which Secret holds a server's URL, and the passwords that are made once. */}}

{{- define "chairlift.rabbitmq-secret" -}}
{{- if .Values.rabbitmq.create }}rabbitmq{{ else }}{{ .Values.rabbitmq.external.existingSecret | default "rabbitmq" }}{{ end }}
{{- end }}

{{- define "chairlift.postgres-secret" -}}
{{- if .Values.postgres.create }}postgres{{ else }}{{ .Values.postgres.external.existingSecret | default "postgres" }}{{ end }}
{{- end }}

{{/*
A server's password; takes {root, secret}. The one that the cluster has is kept; else one is made, once a rendering:
it is remembered in the values, since the Secret and the checksums of it must see the same one.
`helm template` and GitOps tools that use it see no cluster, and make another password every time: give them existing
Secrets.
*/}}
{{- define "chairlift.password" -}}
{{- $made := get .root.Values "madePasswords" | default dict }}
{{- if not (hasKey $made .secret) }}
{{- $there := lookup "v1" "Secret" .root.Release.Namespace .secret | default dict }}
{{- $kept := get (get $there "data" | default dict) "password" | default "" | b64dec }}
{{- $_ := set $made .secret ($kept | default (randAlphaNum 32)) }}
{{- $_ := set .root.Values "madePasswords" $made }}
{{- end }}
{{- get $made .secret }}
{{- end }}

{{- define "chairlift.amqp-url" -}}
{{- if .Values.rabbitmq.create -}}
amqp://chairlift:{{ include "chairlift.password" (dict "root" . "secret" "rabbitmq") }}@rabbitmq:5672/%2F
{{- else }}{{ .Values.rabbitmq.external.url }}{{ end }}
{{- end }}

{{- define "chairlift.database-url" -}}
{{- if .Values.postgres.create -}}
postgres://chairlift:{{ include "chairlift.password" (dict "root" . "secret" "postgres") }}@postgres:5432/chairlift
{{- else }}{{ .Values.postgres.external.url }}{{ end }}
{{- end }}

{{/* Changes when a URL does, so that pods which read it at their start are replaced. */}}
{{- define "chairlift.secret-checksum" -}}
{{- printf "%s %s %s %s" (include "chairlift.amqp-url" .) (include "chairlift.rabbitmq-secret" .) (include "chairlift.database-url" .) (include "chairlift.postgres-secret" .) | sha256sum }}
{{- end }}
