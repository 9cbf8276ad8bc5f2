{{- /* What all pods have, given (root, part, values of the part). */}}
{{- define "pagewire.pod" -}}
{{- $root := index . 0 -}}{{- $part := index . 1 -}}{{- $own := index . 2 -}}
# Services of this namespace must not set variables: one named pagewire-admin would set PAGEWIRE_ADMIN_PORT.
enableServiceLinks: false
serviceAccountName: {{ include "pagewire.serviceAccount" (list $root (ternary "operator" "gateway" (eq $part "operator"))) }}
automountServiceAccountToken: true
{{- with $root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  {{- toYaml $root.Values.podSecurityContext | nindent 2 }}
terminationGracePeriodSeconds: {{ $own.terminationGracePeriodSeconds }}
{{- with $own.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with $own.runtimeClassName }}
runtimeClassName: {{ . }}
{{- end }}
{{- with $own.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $own.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $own.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- if $own.topologySpreadConstraints }}
topologySpreadConstraints:
  {{- toYaml $own.topologySpreadConstraints | nindent 2 }}
{{- else if or (ne $part "gateway") (include "pagewire.onNats" $root) }}
topologySpreadConstraints:
  {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: ScheduleAnyway
    # An upgrade's new pods spread among themselves, whatever the old ones do.
    matchLabelKeys: [pod-template-hash]
    labelSelector:
      matchLabels:
        {{- include "pagewire.selector" (list $root $part) | nindent 8 }}
  {{- end }}
{{- end }}
{{- end }}

{{- /* metadata of pods, given (root, part, values of the part). */}}
{{- define "pagewire.podMetadata" -}}
{{- $root := index . 0 -}}{{- $own := index . 2 -}}
labels:
  {{- include "pagewire.labels" . | nindent 2 }}
  {{- with $own.podLabels }}{{ toYaml . | nindent 2 }}{{ end }}
annotations:
  kubectl.kubernetes.io/default-container: {{ index . 1 }}
  {{- with merge dict $own.podAnnotations $root.Values.commonAnnotations }}{{ toYaml . | nindent 2 }}{{ end }}
{{- end }}

{{- /* Settings as variables, given maps of which later ones win. */}}
{{- define "pagewire.settings" -}}
{{- $all := dict -}}
{{- range . }}{{ $all = mergeOverwrite $all . }}{{ end -}}
{{- range $name, $value := $all }}
- name: {{ $name }}
  value: {{ $value | toString | quote }}
{{- end }}
{{- end }}

{{- /* Probes on a port by name. Only /readyz looks beyond the process: a restart would not mend what is outside. */}}
{{- define "pagewire.probes" -}}
startupProbe:
  httpGet: {path: /healthz, port: {{ . }}}
  periodSeconds: 2
  failureThreshold: 90
livenessProbe:
  httpGet: {path: /healthz, port: {{ . }}}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
readinessProbe:
  httpGet: {path: /readyz, port: {{ . }}}
  periodSeconds: 3
  timeoutSeconds: 3
  failureThreshold: 2
{{- end }}

{{- define "pagewire.namespaces" -}}
{{- range .Values.watchNamespaces }}
- --namespace={{ . }}
{{- end }}
{{- end }}

{{- define "pagewire.lease" -}}
{{ include "pagewire.part" (list . "operator") }}
{{- end }}
