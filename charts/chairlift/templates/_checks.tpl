{{/* Contradictions that a schema cannot say in words a person understands. */}}
{{- define "chairlift.check" -}}
{{- range $name := list "rabbitmq" "postgres" }}
{{- $server := get $.Values $name }}
{{- $external := $server.external }}
{{- if and $server.create (or $external.url $external.existingSecret) }}
{{- fail (printf "%s.create is true, but %s.external names another server: set %s.create=false, or empty %s.external.url and %s.external.existingSecret" $name $name $name $name $name) }}
{{- end }}
{{- if and (not $server.create) (not (or $external.url $external.existingSecret)) }}
{{- fail (printf "%s.create is false: say where the server is with %s.external.existingSecret (or %s.external.url)" $name $name $name) }}
{{- end }}
{{- if and $external.url $external.existingSecret }}
{{- fail (printf "%s.external.url and %s.external.existingSecret are both set: keep one of them" $name $name) }}
{{- end }}
{{- end }}
{{- with .Values.rides.api }}
{{- if and .autoscaling.enabled (gt (int .autoscaling.minReplicas) (int .autoscaling.maxReplicas)) }}
{{- fail "rides.api.autoscaling.minReplicas is greater than rides.api.autoscaling.maxReplicas" }}
{{- end }}
{{- if and (or .ingress.enabled (eq .service.type "LoadBalancer")) $.Values.networkPolicy.enabled (not $.Values.networkPolicy.clients) }}
{{- fail "rides-api is opened to the outside, but networkPolicy.clients lets nobody in: name the ingress controller or the load balancer there, or set networkPolicy.enabled=false" }}
{{- end }}
{{- end }}
{{- end }}
