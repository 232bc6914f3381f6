{{/* Which Secret holds a server's address and credentials, and the passwords that are made once. */}}

{{/* Name of a server's Secret, or nothing where there is none (S3 by the pod's own identity); takes {root, server}. */}}
{{- define "chairlift.secret" -}}
{{- $values := get .root.Values .server }}
{{- if $values.create }}{{ .server }}
{{- else if $values.external.existingSecret }}{{ $values.external.existingSecret }}
{{- else if $values.external.url }}{{ .server }}
{{- end }}
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

{{/* A server's URL, or S3's credentials as the AWS SDK reads them; empty where a Secret of the user's has it. Takes {root, server}. */}}
{{- define "chairlift.address" -}}
{{- $values := get .root.Values .server }}
{{- if not $values.create }}{{ get $values.external "url" | default "" }}
{{- else }}
{{- $password := include "chairlift.password" (dict "root" .root "secret" .server) }}
{{- if eq .server "rabbitmq" }}amqp://chairlift:{{ $password }}@rabbitmq:5672/%2F
{{- else if eq .server "postgres" }}postgres://chairlift:{{ $password }}@postgres:5432/chairlift
{{- else if eq .server "valkey" }}redis://:{{ $password }}@valkey:6379
{{- else if eq .server "s3" }}{{ printf "[default]\naws_access_key_id = chairlift\naws_secret_access_key = %s\n" $password }}
{{- end }}
{{- end }}
{{- end }}

{{/* Changes when what a component reads from Secrets at its start does, so that its pods are replaced. Takes {root, needs}. */}}
{{- define "chairlift.secret-checksum" -}}
{{- $seen := list }}
{{- range $server := .needs }}
{{- $one := dict "root" $.root "server" $server }}
{{- $seen = append $seen (printf "%s %s" (include "chairlift.secret" $one) (include "chairlift.address" $one)) }}
{{- end }}
{{- $seen | join " " | sha256sum }}
{{- end }}

{{/* A projected volume `secrets` with a file for each server that is needed, or nothing; takes {root, needs}. */}}
{{- define "chairlift.secret-volume" -}}
{{- $servers := include "chairlift.servers" .root | fromYaml }}
{{- $sources := list }}
{{- range $server := .needs }}
{{- with include "chairlift.secret" (dict "root" $.root "server" $server) }}
{{- $key := (get $servers $server).key }}
{{- $sources = append $sources (dict "secret" (dict "name" . "items" (list (dict "key" $key "path" $key)))) }}
{{- end }}
{{- end }}
{{- with $sources }}
- name: secrets
  projected:
    defaultMode: 0440
    sources: {{- toYaml . | nindent 6 }}
{{- end }}
{{- end }}

{{/* The variables that name those files, and what else S3 wants; takes {root, needs}. */}}
{{- define "chairlift.secret-variables" -}}
{{- $servers := include "chairlift.servers" .root | fromYaml }}
{{- range $server := .needs }}
{{- if include "chairlift.secret" (dict "root" $.root "server" $server) }}
{{- $one := get $servers $server }}
- name: {{ $one.variable }}
  value: /run/secrets/chairlift/{{ $one.key }}
{{- end }}
{{- if eq $server "s3" }}
{{- with $.root.Values.s3 }}
- name: S3_REGION
  value: {{ ternary "us-east-1" .external.region .create }}
{{- with ternary "http://s3:7070" .external.endpoint .create }}
- name: S3_ENDPOINT
  value: {{ . }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
