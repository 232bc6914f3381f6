{{/* Contradictions that a schema cannot say in words a person understands. */}}
{{- define "chairlift.check" -}}
{{- range $name, $reached := include "chairlift.servers" . | fromYaml }}
{{- $needed := (include "chairlift.callers" (dict "root" $ "server" $name) | fromYaml).callers }}
{{- $server := get $.Values $name }}
{{- $external := $server.external }}
{{- $known := or (get $external "url") $external.existingSecret (eq $name "s3") }}
{{- if and $server.create (or (get $external "url") $external.existingSecret) }}
{{- fail (printf "%s.create is true, but %s.external names another server: set %s.create=false, or empty %s.external.url and %s.external.existingSecret" $name $name $name $name $name) }}
{{- end }}
{{- if and $needed (not $server.create) (not $known) }}
{{- fail (printf "%s.create is false: say where the server is with %s.external.existingSecret (or %s.external.url)" $name $name $name) }}
{{- end }}
{{- if and (get $external "url") $external.existingSecret }}
{{- fail (printf "%s.external.url and %s.external.existingSecret are both set: keep one of them" $name $name) }}
{{- end }}
{{- end }}
{{- range $name, $component := include "chairlift.components" . | fromYaml }}
{{- $values := get (get $.Values $component.system) $component.values }}
{{- $at := printf "%s.%s" $component.system $component.values }}
{{- with $values.autoscaling }}
{{- if and .enabled (gt (int .minReplicas) (int .maxReplicas)) }}
{{- fail (printf "%s.autoscaling.minReplicas is greater than %s.autoscaling.maxReplicas" $at $at) }}
{{- end }}
{{- end }}
{{- with $values.scaler }}
{{- if and .enabled (gt (int .minReplicas) (int .maxReplicas)) }}
{{- fail (printf "%s.scaler.minReplicas is greater than %s.scaler.maxReplicas" $at $at) }}
{{- end }}
{{- end }}
{{- $open := or (get $values "ingress" | default dict).enabled (eq (get $values "service" | default dict).type "LoadBalancer") }}
{{- if and $open $.Values.networkPolicy.enabled (not $.Values.networkPolicy.clients) }}
{{- fail (printf "%s is opened to the outside, but networkPolicy.clients lets nobody in: name the ingress controller or the load balancer there, or set networkPolicy.enabled=false" $name) }}
{{- end }}
{{- end }}
{{- end }}
