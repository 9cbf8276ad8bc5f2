{{- define "pagewire.name" -}}
{{ .Values.nameOverride | default .Chart.Name | trunc 40 | trimSuffix "-" }}
{{- end }}

{{- /* Short enough that every suffix fits into the 63 characters of a label. */}}
{{- define "pagewire.fullname" -}}
{{- $name := include "pagewire.name" . -}}
{{- if .Values.fullnameOverride -}}
{{ .Values.fullnameOverride | trunc 40 | trimSuffix "-" }}
{{- else if contains $name .Release.Name -}}
{{ .Release.Name | trunc 40 | trimSuffix "-" }}
{{- else -}}
{{ printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" }}
{{- end -}}
{{- end }}

{{- /* Name of a part, given (root, part). */}}
{{- define "pagewire.part" -}}
{{ include "pagewire.fullname" (index . 0) }}-{{ index . 1 }}
{{- end }}

{{- /* Name of something that belongs to no namespace, given (root, part): two releases must not share it. */}}
{{- define "pagewire.clusterwide" -}}
{{ (index . 0).Release.Namespace }}-{{ include "pagewire.part" . }}
{{- end }}

{{- define "pagewire.serviceAccount" -}}
{{- $account := (index (index . 0).Values (index . 1)).serviceAccount -}}
{{ $account.name | default (ternary (include "pagewire.part" .) "default" $account.create) }}
{{- end }}

{{- define "pagewire.selector" -}}
app.kubernetes.io/name: {{ include "pagewire.name" (index . 0) }}
app.kubernetes.io/instance: {{ (index . 0).Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{- define "pagewire.labels" -}}
{{- $root := index . 0 -}}
{{ include "pagewire.selector" . }}
app.kubernetes.io/part-of: pagewire
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" | trunc 63 }}
{{- with $root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- /* metadata of an object, given (root, part, name) and maybe its annotations and further labels. */}}
{{- define "pagewire.metadata" -}}
{{ include "pagewire.metadataOf" . }}
namespace: {{ (index . 0).Release.Namespace }}
{{- end }}

{{- /* The same without a namespace, or with another. */}}
{{- define "pagewire.metadataOf" -}}
{{- $root := index . 0 -}}
name: {{ index . 2 }}
labels:
  {{- include "pagewire.labels" . | nindent 2 }}
  {{- range $further := (gt (len .) 4 | ternary (list (last .)) list) }}{{ with $further }}{{ toYaml . | nindent 2 }}{{ end }}{{ end }}
{{- $own := dict -}}
{{- if gt (len .) 3 }}{{ $own = index . 3 | default dict }}{{ end }}
{{- with merge dict $own $root.Values.commonAnnotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "pagewire.image" -}}
{{- $root := index . 0 -}}
{{- $image := (index $root.Values (index . 1)).image -}}
{{- $registry := (($root.Values.global).imageRegistry) | default $root.Values.image.registry -}}
{{ with $registry }}{{ . }}/{{ end }}{{ $image.repository }}{{ if $image.digest }}@{{ $image.digest }}{{ else }}:{{ $image.tag | default $root.Chart.AppVersion }}{{ end }}
{{- end }}
