{{/* The systems of the release, read from systems/*.yaml, and what follows from them. */}}

{{/* YAML of a map from each enabled system to its declaration. */}}
{{- define "chairlift.systems" -}}
{{- $systems := dict }}
{{- if .Values.services.enabled }}
{{- range $path, $_ := .Files.Glob "systems/*.yaml" }}
{{- $name := trimSuffix ".yaml" (base $path) }}
{{- if (get $.Values $name).enabled }}
{{- $declaration := tpl ($.Files.Get $path) $ | fromYaml }}
{{- if hasKey $declaration "Error" }}{{ fail (printf "%s: %s" $path $declaration.Error) }}{{ end }}
{{- $_ := set $systems $name $declaration }}
{{- end }}
{{- end }}
{{- end }}
{{- toYaml $systems }}
{{- end }}

{{/* YAML of a map from each component of the enabled systems to its declaration, with its system in `system`. */}}
{{- define "chairlift.components" -}}
{{- $components := dict }}
{{- range $system, $declaration := include "chairlift.systems" . | fromYaml }}
{{- range $name, $component := $declaration.components }}
{{- $_ := set $components $name (set $component "system" $system) }}
{{- end }}
{{- end }}
{{- toYaml $components }}
{{- end }}

{{/*
YAML of a map from each server that components may need to how it is reached: `port` of the one for development,
`variable` that names the file with `key` of its Secret.
*/}}
{{- define "chairlift.servers" -}}
rabbitmq: { port: 5672, variable: AMQP_URL_FILE, key: amqp-url }
postgres: { port: 5432, variable: DATABASE_URL_FILE, key: database-url }
valkey: { port: 6379, variable: REDIS_URL_FILE, key: redis-url }
s3: { port: 7070, variable: AWS_SHARED_CREDENTIALS_FILE, key: credentials }
{{- end }}

{{/* YAML of {callers: [components that need the server]}; takes {root, server}. */}}
{{- define "chairlift.callers" -}}
{{- $callers := list }}
{{- range $name, $component := include "chairlift.components" .root | fromYaml }}
{{- if has $.server ($component.needs | default list) }}{{ $callers = append $callers $name }}{{ end }}
{{- end }}
{{- /* The load generator reads the depth of the queues. */}}
{{- if and (eq .server "rabbitmq") $callers .root.Values.loadgen.enabled }}{{ $callers = append $callers "loadgen" }}{{ end }}
{{- dict "callers" $callers | toYaml }}
{{- end }}

{{/* "true" where the release brings this server: it may, and something needs it. Takes {root, server}. */}}
{{- define "chairlift.brings" -}}
{{- if and (get .root.Values .server).create (include "chairlift.callers" . | fromYaml).callers }}true{{ end }}
{{- end }}

{{/* Fewest pods of a component; takes its values. */}}
{{- define "chairlift.fewest" -}}
{{- $owner := dict }}
{{- range $name := list "autoscaling" "scaler" }}
{{- $one := get $.values $name | default dict }}
{{- if $one.enabled }}{{ $owner = $one }}{{ end }}
{{- end }}
{{- ternary $owner.minReplicas .values.replicas (hasKey $owner "enabled") }}
{{- end }}

{{/* "true" where an autoscaler owns the number of pods; takes {values}. */}}
{{- define "chairlift.is-scaled" -}}
{{- if or (get .values "autoscaling" | default dict).enabled (get .values "scaler" | default dict).enabled }}true{{ end }}
{{- end }}
