import { type Attachment, claimed, podTemplate, type Workload } from '../../../components/workload/pod';

const workload: Workload = {
  identity: { name: 'server', component: 'part', namespace: 'sessions' },
  image: 'server:1',
  command: ['server'],
  user: 999,
  ports: { web: 80 },
  resources: { cpu: '100m', memory: '64Mi', ephemeralStorage: '32Mi' },
  files: { config: { path: '/config', from: { configMap: 'server-config' } } },
  folders: { data: { path: '/data', scratch: { sizeLimit: '1Mi' } } },
  sidecars: [
    {
      name: 'reloader',
      command: ['reload'],
      resources: { cpu: '5m', memory: '16Mi', ephemeralStorage: '16Mi' },
      volumes: ['config', 'data'],
    },
  ],
  terminationGracePeriodSeconds: 30,
  checksums: { own: 'a' },
};
const attachment: Attachment = {
  sidecar: {
    name: 'exporter',
    image: 'exporter:1',
    command: ['export'],
    ports: { metrics: 9121 },
    resources: { cpu: '10m', memory: '48Mi', ephemeralStorage: '16Mi' },
    liveness: { get: '/health', port: 'metrics', periodSeconds: 30, timeoutSeconds: 5, failureThreshold: 3 },
  },
  files: {
    'exporter-credentials': { path: '/credentials', from: { secret: 'exporter' } },
    'exporter-scripts': { path: '/scripts', from: { configMap: 'exporter-scripts' } },
  },
  checksums: { exporter: 'b' },
};
const plain = podTemplate(workload);
const attached = podTemplate({ ...workload, attachments: [attachment] });

const mountsOf = ({ spec }: typeof attached) =>
  Object.fromEntries(
    [...spec.containers, ...(spec.initContainers ?? [])].map(({ name, volumeMounts }) => [
      name,
      volumeMounts.map((mount) => mount.name),
    ]),
  );

test('an attached container sees its own files only, and nobody else sees them', () => {
  expect(mountsOf(attached)).toEqual({
    server: ['config', 'data'],
    reloader: ['config', 'data'],
    exporter: ['exporter-credentials', 'exporter-scripts'],
  });
  expect(attached.spec.volumes).toEqual([
    { name: 'config', configMap: { name: 'server-config', defaultMode: 0o444 } },
    { name: 'exporter-credentials', secret: { secretName: 'exporter', defaultMode: 0o440 } },
    { name: 'exporter-scripts', configMap: { name: 'exporter-scripts', defaultMode: 0o444 } },
    { name: 'data', emptyDir: { sizeLimit: '1Mi' } },
  ]);
});

test('it is a hardened sidecar of its own image, with its own ports and its own check', () => {
  expect(attached.spec.initContainers?.at(-1)).toEqual({
    name: 'exporter',
    image: 'exporter:1',
    imagePullPolicy: 'IfNotPresent',
    command: ['export'],
    restartPolicy: 'Always',
    ports: [{ name: 'metrics', containerPort: 9121, protocol: 'TCP' }],
    resources: {
      requests: { cpu: '10m', memory: '48Mi', 'ephemeral-storage': '16Mi' },
      limits: { memory: '48Mi', 'ephemeral-storage': '16Mi' },
    },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    livenessProbe: {
      httpGet: { path: '/health', port: 'metrics' },
      periodSeconds: 30,
      timeoutSeconds: 5,
      failureThreshold: 3,
    },
    volumeMounts: [
      { name: 'exporter-credentials', mountPath: '/credentials', readOnly: true },
      { name: 'exporter-scripts', mountPath: '/scripts', readOnly: true },
    ],
  });
});

test('the pod itself, and the containers that it has anyway, are as without it', () => {
  expect(attached.spec.containers).toEqual(plain.spec.containers);
  expect(attached.spec.initContainers?.slice(0, -1)).toEqual(plain.spec.initContainers);
  const { initContainers, volumes, ...rest } = attached.spec;
  expect({ ...rest, count: [initContainers?.length, volumes.length] }).toEqual({
    ...plain.spec,
    initContainers: undefined,
    volumes: undefined,
    count: [2, 4],
  });
});

test('another checksum of an attachment is another pod', () => {
  expect(plain.metadata.annotations).toEqual({ 'session-database/own-checksum': 'a' });
  expect(attached.metadata.annotations).toEqual({
    'session-database/own-checksum': 'a',
    'session-database/exporter-checksum': 'b',
  });
  expect(podTemplate({ ...workload, checksums: {} }).metadata).not.toHaveProperty('annotations');
});

test('a pod has a token of its service account only where it asks Kubernetes', () => {
  const token = (of: Workload) => podTemplate(of).spec.automountServiceAccountToken;
  expect([
    token(workload),
    token({ ...workload, asksKubernetes: false }),
    token({ ...workload, asksKubernetes: true }),
  ]).toEqual([false, false, true]);
});

test('a sidecar without a port and a check of its own has none', () => {
  const [reloader] = plain.spec.initContainers!;
  expect(reloader).not.toHaveProperty('ports');
  expect(reloader).not.toHaveProperty('livenessProbe');
  expect(reloader).toMatchObject({ image: 'server:1' });
});

test('a folder on a volume names its class where there is one', () => {
  expect(claimed('/data', { size: '1Gi' })).toEqual({ path: '/data', claim: { size: '1Gi' } });
  expect(claimed('/data', { size: '1Gi', class: 'fast' })).toEqual({
    path: '/data',
    claim: { size: '1Gi', storageClass: 'fast' },
  });
});
