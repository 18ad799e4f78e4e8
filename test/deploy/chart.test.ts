import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import { z } from 'zod';
import { run } from '../harness/machine/commands';
import {
  helmProgram,
  KUBERNETES,
  kubeconformProgram,
  kubernetesSchemas,
  schemaLocation,
} from '../harness/machine/deploy-tools';
import { load } from '../unit/config/load';

const DEPLOY = path.join(__dirname, '../../deploy/helm');
const CHART = path.join(DEPLOY, 'event-analytics');
const SIZES = readdirSync(path.join(DEPLOY, 'sizes')).map((file) => file.replace('.yaml', ''));

/** What the chart refers to and never has. */
const SECRET = {
  DATABASE_URL: 'postgresql://analytics:secret@postgres:5432/analytics',
  REDIS_URL: 'redis://redis:6379',
  JWT_SECRET: 'thirty-two bytes and more of a secret of the tests',
};
const GIVEN = {
  image: { repository: 'registry.example/event-analytics' },
  secretName: 'event-analytics',
  environment: { KAFKA_BROKERS: 'kafka-1:9092,kafka-2:9092', MAX_BODY_BYTES: 33_554_432 },
};
/** Everything that can be switched on. */
const FULL = {
  ...GIVEN,
  files: [{ name: 'platforms', mountPath: '/etc/platforms', configMap: { name: 'platforms' } }],
  gateway: {
    tlsSecretName: 'own-certificate',
    autoscaling: { enabled: true },
    ingress: { enabled: true, host: 'analytics.shop.example', className: 'nginx', tlsSecretName: 'outside' },
    podAnnotations: { 'shop.example/team': 'analytics' },
    nodeSelector: { pool: 'web' },
  },
  worker: { autoscaling: { enabled: true, lag: { enabled: true, selector: { namespace: 'shop' } } } },
  networkPolicy: {
    clients: [{ namespaceSelector: { matchLabels: { name: 'ingress' } } }],
    monitoring: [{ namespaceSelector: { matchLabels: { name: 'monitoring' } } }],
  },
};

const environment = z.array(z.object({ name: z.string(), value: z.string() }));
const probe = z.object({ httpGet: z.object({ path: z.string(), scheme: z.string() }) });
const deployment = z.object({
  kind: z.literal('Deployment'),
  spec: z.object({
    replicas: z.number().optional(),
    template: z.object({
      spec: z.object({
        automountServiceAccountToken: z.literal(false),
        terminationGracePeriodSeconds: z.number(),
        securityContext: z.looseObject({ runAsNonRoot: z.literal(true) }),
        containers: z.tuple([
          z.object({
            image: z.string(),
            env: environment,
            envFrom: z.array(z.record(z.string(), z.object({ name: z.string() }))),
            livenessProbe: probe,
            readinessProbe: probe,
            startupProbe: probe,
            securityContext: z.object({
              allowPrivilegeEscalation: z.literal(false),
              readOnlyRootFilesystem: z.literal(true),
              capabilities: z.object({ drop: z.tuple([z.literal('ALL')]) }),
            }),
          }),
        ]),
      }),
    }),
  }),
});
const named = z.looseObject({ kind: z.string(), metadata: z.looseObject({ name: z.string() }) });
const configMap = z.object({ data: z.record(z.string(), z.string()).nullable() });
type Manifest = z.infer<typeof named>;

describe('the chart', () => {
  let helm: string;
  let folder: string;

  beforeAll(async () => {
    helm = await helmProgram();
    folder = mkdtempSync(path.join(tmpdir(), 'analytics-chart-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  let files = 0;
  async function render(values: object, size?: string): Promise<readonly Manifest[]> {
    const file = path.join(folder, `${(files += 1)}.yaml`);
    writeFileSync(file, stringify(values));
    const sizes = size === undefined ? [] : ['--values', path.join(DEPLOY, 'sizes', `${size}.yaml`)];
    const args = ['template', 'analytics', CHART, ...sizes, '--values', file];
    const text = await run({ program: helm, args });
    return parseAllDocuments(text)
      .map((document) => document.toJS() as unknown)
      .filter((manifest) => manifest !== null)
      .map((manifest) => named.parse(manifest));
  }

  const deployed = (manifests: readonly Manifest[], role: string): z.infer<typeof deployment> =>
    deployment.parse(
      manifests.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name.endsWith(role)),
    );

  /** As the container would see it. */
  function environmentOf(manifests: readonly Manifest[], role: string): NodeJS.ProcessEnv {
    const [container] = deployed(manifests, role).spec.template.spec.containers;
    const common = configMap.parse(manifests.find(({ kind }) => kind === 'ConfigMap')).data;
    const own = Object.fromEntries(container.env.map(({ name, value }) => [name, value]));
    return { ...common, ...SECRET, ...own };
  }

  const cases = [
    ...SIZES.map((size) => ({ what: `a ${size} installation`, values: GIVEN, size })),
    { what: 'all that can be switched on', values: FULL, size: undefined },
    { what: 'nothing but what must be given', values: GIVEN, size: undefined },
  ];

  it.each(cases)('is what Kubernetes takes, for $what', async ({ values, size }) => {
    const manifests = await render(values, size);
    const [kubeconform, schemas] = await Promise.all([kubeconformProgram(), kubernetesSchemas()]);
    const file = path.join(folder, `rendered-${(files += 1)}.yaml`);
    writeFileSync(file, manifests.map((manifest) => stringify(manifest)).join('---\n'));
    for (const version of KUBERNETES) {
      const told = await run({
        program: kubeconform,
        args: ['-strict', '-summary', '-schema-location', schemaLocation(schemas, version), file],
      });
      expect(told).toContain(`${manifests.length} resources found`);
      expect(told).toContain(`Valid: ${manifests.length}, Invalid: 0, Errors: 0, Skipped: 0`);
    }
  });

  it.each(cases)('starts processes that take their configuration, for $what', async ({ values, size }) => {
    const manifests = await render(values, size);
    for (const role of ['gateway', 'worker']) {
      const env = environmentOf(manifests, role);
      const hasCertificate = env['TLS_CERT_FILE'] !== undefined;
      // The files are in the pod alone.
      const { roles, isProduction, http } = load({ ...env, TLS_CERT_FILE: '', TLS_KEY_FILE: '' });
      expect([[...roles], isProduction, http]).toMatchObject([
        [role],
        true,
        { port: 8084, maxBodyBytes: 33_554_432 },
      ]);
      const [container] = deployed(manifests, role).spec.template.spec.containers;
      const scheme = hasCertificate ? 'HTTPS' : 'HTTP';
      expect([container.livenessProbe, container.startupProbe, container.readinessProbe]).toMatchObject([
        { httpGet: { path: '/livez', scheme } },
        { httpGet: { path: '/livez', scheme } },
        { httpGet: { path: role === 'gateway' ? '/readyz?without=database' : '/readyz', scheme } },
      ]);
      expect(container.envFrom).toContainEqual({ secretRef: { name: 'event-analytics' } });
    }
  });

  it('gives a process longer to end than it takes', async () => {
    const manifests = await render({ ...GIVEN, shutdownSeconds: 60 });
    for (const role of ['gateway', 'worker']) {
      expect(environmentOf(manifests, role)['SHUTDOWN_TIMEOUT_SECONDS']).toBe('60');
      expect(deployed(manifests, role).spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThan(60);
    }
  });

  it('lets nothing outside reach what is told of a process', async () => {
    const ingress = (await render(FULL)).find(({ kind }) => kind === 'Ingress');
    const text = JSON.stringify(ingress);
    expect(text).toContain('"path":"/graphql"');
    for (const path of ['/metrics', '/readyz', '/livez']) expect(text).not.toContain(path);
    expect(text).not.toContain('"path":"/","pathType":"Prefix"');
  });

  it('counts no replicas where they are scaled', async () => {
    const manifests = await render(FULL);
    expect(deployed(manifests, 'gateway').spec.replicas).toBeUndefined();
    const lag = manifests.find(
      ({ kind, metadata }) => kind === 'HorizontalPodAutoscaler' && metadata.name.endsWith('worker'),
    );
    expect(JSON.stringify(lag)).toContain('"name":"analytics_partition_lag_offsets"');
    expect(deployed(await render(GIVEN), 'gateway').spec.replicas).toBe(2);
  });

  it.each([
    { what: 'no image', values: { secretName: 'event-analytics' }, told: '/image/repository' },
    { what: 'no Secret', values: { image: GIVEN.image }, told: '/secretName' },
    { what: 'a value that there is not', values: { ...GIVEN, replica: 3 }, told: 'replica' },
    {
      what: 'a variable of the chart itself',
      values: { ...GIVEN, environment: { PORT: 9000 } },
      told: 'PORT',
    },
    {
      what: 'an ingress for no host',
      values: { ...GIVEN, gateway: { ingress: { enabled: true } } },
      told: '/gateway/ingress/host',
    },
    {
      what: 'an ingress that would let everything through',
      values: {
        ...GIVEN,
        environment: { BASE_PATH: '/' },
        gateway: { ingress: { enabled: true, host: 'analytics.shop.example' } },
      },
      told: 'choose another BASE_PATH',
    },
    {
      what: 'a policy that keeps Prometheus out',
      values: { ...GIVEN, networkPolicy: { clients: FULL.networkPolicy.clients } },
      told: 'monitoring has to name',
    },
    {
      what: 'a policy of no port',
      values: { ...GIVEN, networkPolicy: { egressPorts: [] } },
      told: 'egressPorts',
    },
    {
      what: 'more at least than at most',
      values: { ...GIVEN, gateway: { autoscaling: { enabled: true, minReplicas: 20 } } },
      told: 'maxReplicas (10) is less than minReplicas (20)',
    },
  ])('refuses $what, and names it', async ({ values, told }) => {
    await expect(render(values)).rejects.toThrow(told);
  });
});
