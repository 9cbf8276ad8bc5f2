{{- /* The container of a gateway or a worker, given (root, part, values of the part). */}}
{{- define "pagewire.gatewayContainer" -}}
{{- $root := index . 0 -}}{{- $part := index . 1 -}}{{- $own := index . 2 -}}
{{- $gateway := $root.Values.gateway -}}
name: {{ $part }}
image: {{ include "pagewire.image" (list $root "gateway") }}
imagePullPolicy: {{ $root.Values.image.pullPolicy }}
args:
  - {{ ternary "work" "serve" (eq $part "worker") }}
  - --cluster
  {{- include "pagewire.namespaces" $root | nindent 2 }}
  - --data=/data
  {{- if eq $part "gateway" }}
  - --public={{ $gateway.bind }}:8080
  {{- end }}
  - --admin={{ $gateway.bind }}:9090
  {{- range $gateway.plugins }}
  - --plugin={{ . }}
  {{- end }}
  - --log-format={{ $gateway.logFormat }}
  - --log-level={{ $gateway.logLevel }}
env:
  - name: PAGEWIRE_ADMIN_TOKEN
    valueFrom:
      secretKeyRef:
        name: {{ include "pagewire.adminSecret" $root }}
        key: {{ $gateway.admin.key }}
  # One key in all processes, so that a session holds whichever is asked; a Secret of one's own may do without.
  - name: PAGEWIRE_CONSOLE_KEY
    valueFrom:
      secretKeyRef: {name: {{ include "pagewire.adminSecret" $root }}, key: console-key, optional: true}
  {{- with $gateway.admin.oidc }}
  {{- if and .issuer .clientSecret.secretName }}
  - name: PAGEWIRE_OIDC_CLIENT_SECRET
    valueFrom:
      secretKeyRef: {name: {{ .clientSecret.secretName }}, key: {{ .clientSecret.key }}}
  {{- end }}
  {{- end }}
  {{- include "pagewire.settings" (list (include "pagewire.journal" $root | fromYaml) (include "pagewire.access" $gateway.admin | fromYaml) $root.Values.settings $gateway.settings (dig "settings" dict $own)) | nindent 2 }}
  {{- with $gateway.admin.extraEnv }}{{ toYaml . | nindent 2 }}{{ end }}
  {{- with $gateway.extraEnv }}{{ toYaml . | nindent 2 }}{{ end }}
{{- with $gateway.extraEnvFrom }}
envFrom:
  {{- toYaml . | nindent 2 }}
{{- end }}
ports:
  {{- if eq $part "gateway" }}
  - {name: public, containerPort: 8080}
  {{- end }}
  - {name: admin, containerPort: 9090}
{{ include "pagewire.probes" "admin" }}
lifecycle:
  preStop:
    sleep: {seconds: {{ $gateway.preStopSeconds }}}
resources:
  {{- toYaml $own.resources | nindent 2 }}
securityContext:
  {{- toYaml $root.Values.securityContext | nindent 2 }}
volumeMounts:
  - {name: data, mountPath: /data}
  - {name: tmp, mountPath: /tmp}
  {{- if $gateway.pluginSecrets }}
  - {name: plugin-secrets, mountPath: /var/run/secrets/pagewire-plugins, readOnly: true}
  {{- end }}
  {{- if include "pagewire.natsCredentials" $root }}
  - {name: nats-credentials, mountPath: /var/run/secrets/pagewire-nats, readOnly: true}
  {{- end }}
  {{- if $gateway.admin.tokens.secretName }}
  - {name: admin-tokens, mountPath: /var/run/secrets/pagewire-admin, readOnly: true}
  {{- end }}
  {{- with $gateway.extraVolumeMounts }}{{ toYaml . | nindent 2 }}{{ end }}
{{- end }}

{{- /* Its volumes but for `data`. */}}
{{- define "pagewire.gatewayVolumes" -}}
{{- $gateway := .Values.gateway -}}
- name: tmp
  emptyDir: {sizeLimit: 256Mi}
{{- if $gateway.pluginSecrets }}
- name: plugin-secrets
  projected:
    defaultMode: 0440
    sources:
      {{- range $secret := $gateway.pluginSecrets }}
      - secret:
          name: {{ $secret.secretName }}
          items:
            {{- range $secret.keys }}
            - {key: {{ . }}, path: {{ printf "%s/%s/%s" $secret.namespace $secret.plugin . }}}
            {{- end }}
      {{- end }}
{{- end }}
{{- if include "pagewire.natsCredentials" . }}
- name: nats-credentials
  secret: {secretName: {{ .Values.journal.nats.credentials.secretName }}, defaultMode: 0440}
{{- end }}
{{- with $gateway.admin.tokens.secretName }}
- name: admin-tokens
  secret: {secretName: {{ . }}, defaultMode: 0440}
{{- end }}
{{- with $gateway.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "pagewire.scratch" -}}
- name: data
  emptyDir: {sizeLimit: {{ .Values.gateway.scratchSize }}}
{{- end }}

{{- define "pagewire.adminSecret" -}}
{{ .Values.gateway.admin.existingSecret | default (include "pagewire.part" (list . "admin")) }}
{{- end }}

{{- define "pagewire.onNats" -}}
{{ if and .Values.gateway.enabled (eq .Values.journal.kind "nats") }}yes{{ end }}
{{- end }}

{{- define "pagewire.natsCredentials" -}}
{{ if and (include "pagewire.onNats" .) .Values.journal.nats.credentials.secretName }}yes{{ end }}
{{- end }}

{{- /* The settings that say where the journal is. */}}
{{- define "pagewire.journal" -}}
{{- if include "pagewire.onNats" . -}}
{{- with .Values.journal.nats -}}
PAGEWIRE_JOURNAL: {{ join "," .servers | quote }}
PAGEWIRE_NATS_PREFIX: {{ .prefix | quote }}
PAGEWIRE_NATS_REPLICAS: {{ .replicas | quote }}
PAGEWIRE_PARTITIONS: {{ .partitions | quote }}
PAGEWIRE_NATS_MAX_BYTES: {{ .maxBytes | quote }}
{{- if .credentials.secretName }}
PAGEWIRE_NATS_CREDENTIALS: /var/run/secrets/pagewire-nats/{{ .credentials.key }}
{{- end }}
{{- end }}
{{- else -}}
{}
{{- end }}
{{- end }}

{{- /* The settings that say who may use the admin port, but for secrets. */}}
{{- define "pagewire.access" -}}
PAGEWIRE_ADMIN_KUBERNETES: {{ .kubernetesTokens | quote }}
{{- with .tokens }}{{ if .secretName }}
PAGEWIRE_ADMIN_TOKENS: /var/run/secrets/pagewire-admin/{{ .key }}
{{- end }}{{ end }}
{{- with .consoleURL }}
PAGEWIRE_CONSOLE_URL: {{ . | quote }}
{{- end }}
{{- with .oidc }}{{ if .issuer }}
PAGEWIRE_OIDC_ISSUER: {{ .issuer | quote }}
PAGEWIRE_OIDC_CLIENT_ID: {{ .clientId | quote }}
PAGEWIRE_OIDC_ROLES_CLAIM: {{ .rolesClaim | quote }}
{{- range $role := list "viewers" "operators" "admins" }}{{ with index $.oidc $role }}
PAGEWIRE_OIDC_{{ upper $role }}: {{ join "," . | quote }}
{{- end }}{{ end }}
{{- end }}{{ end }}
{{- end }}
