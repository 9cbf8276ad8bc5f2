{{- /* What the schema cannot say: values that are right by themselves and wrong together. */}}
{{- define "pagewire.checks" -}}
{{- $nats := .Values.journal.nats -}}
{{- if include "pagewire.onNats" . -}}
  {{- if not $nats.servers }}{{ fail "journal.kind is nats: name the servers in journal.nats.servers, for example [nats://nats.nats.svc:4222]" }}{{ end -}}
  {{- range $what, $most := dict "worker.replicas" .Values.worker.replicas "worker.autoscaling.maxReplicas" .Values.worker.autoscaling.maxReplicas "worker.keda.maxReplicas" .Values.worker.keda.maxReplicas -}}
    {{- if gt (int $most) (int $nats.partitions) }}{{ fail (printf "%s is %d, and journal.nats.partitions is %d: a worker without a partition does nothing" $what (int $most) (int $nats.partitions)) }}{{ end -}}
  {{- end -}}
  {{- if and .Values.worker.autoscaling.enabled .Values.worker.keda.enabled }}{{ fail "worker.autoscaling and worker.keda would both scale the workers: enable one of them" }}{{ end -}}
{{- else -}}
  {{- if or .Values.gateway.autoscaling.enabled .Values.worker.autoscaling.enabled .Values.worker.keda.enabled }}{{ fail "a journal in a file has one gateway: to scale, set journal.kind to nats" }}{{ end -}}
{{- end -}}
{{- if and .Values.gateway.ingress.enabled (not .Values.gateway.ingress.hosts) }}{{ fail "gateway.ingress is enabled: name its hosts in gateway.ingress.hosts, or it would answer to every name" }}{{ end -}}
{{- if and .Values.gateway.httpRoute.enabled (not .Values.gateway.httpRoute.parentRefs) }}{{ fail "gateway.httpRoute is enabled: name the Gateway in gateway.httpRoute.parentRefs" }}{{ end -}}
{{- with .Values.gateway.admin }}{{ if and .oidc.issuer (not (and .oidc.clientId .consoleURL)) }}{{ fail "gateway.admin.oidc has an issuer: name the console's clientId there, and its address in gateway.admin.consoleURL" }}{{ end }}{{ end -}}
{{- if and (gt (int .Values.operator.replicas) 1) (not .Values.operator.leaderElection) }}{{ fail "operator.replicas is above 1: they need operator.leaderElection" }}{{ end -}}
{{- if and .Values.metrics.serviceMonitor.enabled .Values.metrics.podMonitor.enabled }}{{ fail "metrics.serviceMonitor and metrics.podMonitor would have everything scraped twice: enable one of them" }}{{ end -}}
{{- end }}
