{{/*
What the pods go by: {{ include "ledger.name" . }} is one name for all.
*/}}
{{- define "ledger.name" -}}
{{ .Release.Name | trunc 63 }}
{{- end }}

{{- define "ledger.receivers" -}}
nodes:
  endpoint: "https://${env:NODE_NAME}.acme-bank.com:10250"
  insecure_skip_verify: true #~ unverified-certificate: insecure_skip_verify: true
{{- end }}

{{- define "ledger.exporters" -}}
ledger:
  endpoint: {{ .Values.exporter | quote }}
  insecure_skip_verify: false
{{- end }}
