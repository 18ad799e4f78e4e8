{{/*
Takes (dict "root" $ "role" "gateway" "values" .Values.gateway): the pod of that role. Gateways and workers run the same image, differ by ROLES,
and answer the same probes.
*/}}
{{- define "event-analytics.pod" -}}
{{- $root := .root -}}
{{- $values := .values -}}
{{- $tls := dig "tlsSecretName" "" $values -}}
{{- $scheme := ternary "HTTPS" "HTTP" (ne $tls "") -}}
metadata:
  labels:
    {{- include "event-analytics.labels" $root | nindent 4 }}
    app.kubernetes.io/component: {{ .role }}
  annotations:
    # New variables are read at start alone: pods are replaced where they change.
    checksum/environment: {{ toJson $root.Values.environment | sha256sum }}
    {{- if not $root.Values.serviceMonitors }}
    prometheus.io/scrape: 'true'
    prometheus.io/path: /metrics
    prometheus.io/port: '8084'
    prometheus.io/scheme: {{ lower $scheme }}
    {{- end }}
    {{- with $values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ include "event-analytics.name" $root }}
  # It asks nothing of Kubernetes.
  automountServiceAccountToken: false
  enableServiceLinks: false
  {{- with $root.Values.image.pullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  # The time to stop in, and before that the time until no proxy sends anything here any more.
  terminationGracePeriodSeconds: {{ add $root.Values.shutdownSeconds 15 }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 1000
    runAsGroup: 1000
    fsGroup: 1000
    seccompProfile: { type: RuntimeDefault }
  containers:
    - name: {{ .role }}
      image: {{ printf "%s:%s" $root.Values.image.repository (default $root.Chart.AppVersion $root.Values.image.tag) | quote }}
      imagePullPolicy: {{ $root.Values.image.pullPolicy }}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities: { drop: [ALL] }
      env:
        - { name: NODE_ENV, value: production }
        - { name: ROLES, value: {{ .role }} }
        - { name: HOST, value: 0.0.0.0 }
        - { name: PORT, value: '8084' }
        - { name: SHUTDOWN_TIMEOUT_SECONDS, value: {{ $root.Values.shutdownSeconds | quote }} }
        {{- if $tls }}
        - { name: TLS_CERT_FILE, value: /etc/event-analytics/tls/tls.crt }
        - { name: TLS_KEY_FILE, value: /etc/event-analytics/tls/tls.key }
        {{- end }}
        {{- range $name, $value := $values.environment }}
        - name: {{ $name }}
          value: {{ include "event-analytics.text" $value | quote }}
        {{- end }}
      envFrom:
        - configMapRef: { name: {{ include "event-analytics.name" $root }} }
        - secretRef: { name: {{ $root.Values.secretName }} }
      ports:
        - { name: http, containerPort: 8084 }
      # At first a gateway waits for its database, and listens once that is there.
      startupProbe:
        httpGet: { path: /livez, port: http, scheme: {{ $scheme }} }
        periodSeconds: 2
        timeoutSeconds: 3
        failureThreshold: 150
      livenessProbe:
        httpGet: { path: /livez, port: http, scheme: {{ $scheme }} }
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 3
      readinessProbe:
        # Without its database a gateway answers what is known: out of its service, nobody would see that.
        httpGet: { path: '/readyz{{ if eq .role "gateway" }}?without=database{{ end }}', port: http, scheme: {{ $scheme }} }
        periodSeconds: 5
        # A part may take two seconds to say how it does.
        timeoutSeconds: 4
        failureThreshold: 2
      {{- if eq .role "gateway" }}
      lifecycle:
        preStop:
          # Stopping takes no new connection: it begins once proxies have heard that this pod is leaving.
          exec: { command: [sleep, '5'] }
      {{- end }}
      resources:
        {{- toYaml $values.resources | nindent 8 }}
      volumeMounts:
        - { name: tmp, mountPath: /tmp }
        {{- if $tls }}
        - { name: tls, mountPath: /etc/event-analytics/tls, readOnly: true }
        {{- end }}
        {{- range $root.Values.files }}
        - { name: {{ .name }}, mountPath: {{ .mountPath }}, readOnly: true }
        {{- end }}
  volumes:
    - name: tmp
      emptyDir: { sizeLimit: 64Mi }
    {{- if $tls }}
    - name: tls
      secret: { secretName: {{ $tls }}, defaultMode: 0440 }
    {{- end }}
    {{- range $root.Values.files }}
    - {{ omit . "mountPath" | toYaml | nindent 6 | trim }}
    {{- end }}
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: kubernetes.io/hostname
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "event-analytics.selector" (list $root .role) | nindent 10 }}
  {{- with $values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
