import { randomBytes } from 'node:crypto';
import { Api, Shell, type Target } from './support/lab';
import { isReady, podOf, type Pod } from './support/pods';

// Names of their own for each run: two runs at a time do not disturb each other.
const home = `network-policy-${randomBytes(3).toString('hex')}`;
const away = `${home}-away`;

// `server` and `near` share a node; `stranger` calls its Redis on 6379 `admin` where the others mean 6380.
const layout = {
  server: { namespace: home, app: 'server', node: 0 },
  near: { namespace: home, app: 'client', node: 0 },
  far: { namespace: home, app: 'client', node: 1 },
  stranger: { namespace: home, app: 'stranger', node: 1, admin: 6379 },
  guest: { namespace: away, app: 'client', node: 1 },
  outsider: { namespace: away, app: 'stranger', node: 0 },
} as const;
type Name = keyof typeof layout;
const names = Object.keys(layout) as Name[];

const pods = (app: string) => ({ podSelector: { matchLabels: { app } } });
const namespace = (name: string) => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
});
const ingress = (rule: object) => ({ ...pods('server'), policyTypes: ['Ingress'], ingress: [rule] });
const egress = (app: string, ...rules: object[]) => ({
  ...pods(app),
  policyTypes: ['Egress'],
  egress: rules,
});
const toServer = { to: [pods('server')], ports: [{ port: 6379 }] };
const dns = { to: [namespace('kube-system')], ports: [{ protocol: 'UDP', port: 53 }] };
const denyAll = { podSelector: {}, policyTypes: ['Ingress', 'Egress'] };

let api: Api;
let nodes: string[];
const hosts: Record<string, string> = { name: `server.${home}.svc.cluster.local` };
const shells = {} as Record<Name, Shell>;

interface Case {
  readonly title: string;
  /** Policy specs in `home`, made once the pods have addresses. */
  readonly policies: () => readonly object[];
  /** "from to:port" → whether it is reached. `vip` and `name` are the address and the DNS name of a service. */
  readonly connections: Readonly<Record<string, boolean>>;
}

const cases: readonly Case[] = [
  {
    title: 'pods that no policy selects talk freely, on one node and between nodes',
    policies: () => [],
    connections: {
      'near server:6379': true,
      'far server:6380': true,
      'outsider server:6379': true,
      'server guest:6379': true,
      'near vip:7000': true,
      'near name:7000': true,
    },
  },
  {
    title: 'denied by default are both directions, for the selected namespace only',
    policies: () => [denyAll],
    connections: {
      'near server:6379': false,
      'far server:6379': false,
      'guest server:6379': false,
      'server near:6379': false,
      'server guest:6379': false,
      'near vip:7000': false,
      'server server:6379': true,
      'guest outsider:6379': true,
    },
  },
  {
    title: 'a policy for one direction leaves the other open',
    policies: () => [egress('server')],
    connections: { 'near server:6379': true, 'server near:6379': false },
  },
  {
    title: 'a pod selector allows pods of the same namespace',
    policies: () => [ingress({ from: [pods('client')] })],
    connections: {
      'near server:6379': true,
      'far server:6379': true,
      'stranger server:6379': false,
      'guest server:6379': false,
      'server stranger:6379': true,
    },
  },
  {
    title: 'a namespace selector allows all pods of that namespace',
    policies: () => [ingress({ from: [namespace(away)] })],
    connections: {
      'guest server:6379': true,
      'outsider server:6379': true,
      'near server:6379': false,
      'far server:6379': false,
    },
  },
  {
    title: 'both selectors in one peer must match',
    policies: () => [ingress({ from: [{ ...namespace(away), ...pods('client') }] })],
    connections: { 'guest server:6379': true, 'outsider server:6379': false, 'near server:6379': false },
  },
  {
    title: 'of two peers either may match',
    policies: () => [ingress({ from: [namespace(away), pods('client')] })],
    connections: {
      'guest server:6379': true,
      'outsider server:6379': true,
      'near server:6379': true,
      'stranger server:6379': false,
    },
  },
  {
    title: 'ports are allowed by number and by range, and policies add up',
    policies: () => [
      ingress({ from: [pods('client')], ports: [{ port: 6379 }] }),
      ingress({ from: [namespace(away)], ports: [{ port: 6380, endPort: 6390 }] }),
    ],
    connections: {
      'near server:6379': true,
      'near server:6380': false,
      'guest server:6379': false,
      'guest server:6380': true,
      'stranger server:6379': false,
    },
  },
  {
    title: 'a named port is what each destination pod calls so',
    policies: () => [
      ingress({ ports: [{ port: 'admin' }] }),
      egress('client', { to: [pods('server'), pods('stranger')], ports: [{ port: 'admin' }] }),
    ],
    connections: {
      'near server:6380': true,
      'near server:6379': false,
      'far stranger:6379': true,
      'far stranger:6380': false,
      'guest server:6379': false,
      'guest server:6380': true,
    },
  },
  {
    title: 'address blocks are allowed but for their exceptions, in both directions',
    policies: () => {
      const except = [`${hosts['far']}/32`, `${hosts['outsider']}/32`];
      const peers = [{ ipBlock: { cidr: '10.0.0.0/8', except } }];
      return [ingress({ from: peers }), egress('server', { to: peers })];
    },
    connections: {
      'near server:6379': true,
      'stranger server:6379': true,
      'far server:6379': false,
      'outsider server:6379': false,
      'server guest:6379': true,
      'server far:6379': false,
    },
  },
  {
    title: 'behind a service the address of the pod counts, and names need DNS',
    policies: () => [egress('client', toServer)],
    connections: {
      'near vip:7000': true,
      'far vip:7000': true,
      'near name:7000': false,
      'far stranger:6379': false,
    },
  },
  {
    title: 'names resolve where UDP 53 to kube-system is allowed',
    policies: () => [egress('client', toServer, dns)],
    connections: { 'near name:7000': true, 'far name:7000': true, 'far stranger:6379': false },
  },
];

const policiesPath = `/apis/networking.k8s.io/v1/namespaces/${home}/networkpolicies`;
const podsPath = `/api/v1/namespaces/${home}/pods`;
const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

const create = (spec: object, name: string) =>
  api.request('POST', policiesPath, {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name },
    spec,
  });

function target(text: string): Target {
  const [host = '', port] = text.split(':');
  return { host: hosts[host] ?? host, port: Number(port) };
}

/** Tries connections ("from to:port"), those of different pods at the same time. */
async function reached(connections: readonly string[]): Promise<Record<string, boolean>> {
  const outcome: Record<string, boolean> = {};
  const attempts = connections.map((text) => text.split(' ') as [Name, string]);
  await Promise.all(
    names.map(async (name) => {
      const mine = attempts.filter(([from]) => from === name).map(([, to]) => to);
      const answers = mine.length > 0 ? await shells[name].reaches(mine.map(target)) : [];
      mine.forEach((to, i) => (outcome[`${name} ${to}`] = answers[i] ?? false));
    }),
  );
  return outcome;
}

beforeAll(async () => {
  api = await Api.start();
  const list = await api.request<{ items: { metadata: { name: string } }[] }>('GET', '/api/v1/nodes');
  nodes = list.items.map(({ metadata }) => metadata.name).sort();
  for (const name of [home, away]) {
    const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
    await api.request('POST', '/api/v1/namespaces', { metadata: { name, labels } });
    // A pod needs its namespace's default service account, which a controller makes.
    await api.until<{ items: unknown[] }>(
      `/api/v1/namespaces/${name}/serviceaccounts`,
      ({ items }) => items.length > 0,
    );
  }
  await Promise.all(
    names.map(async (name) => {
      const { namespace: space, node, ...args } = layout[name];
      const path = `/api/v1/namespaces/${space}/pods`;
      await api.request('POST', path, podOf({ name, ...args, node: nodes[node] ?? '' }));
      const pod = await api.until<Pod>(`${path}/${name}`, isReady);
      hosts[name] = pod.status.podIP ?? '';
      shells[name] = new Shell(space, name);
    }),
  );
  const service = await api.request<{ spec: { clusterIP: string } }>(
    'POST',
    `/api/v1/namespaces/${home}/services`,
    {
      metadata: { name: 'server' },
      spec: { selector: { app: 'server' }, ports: [{ port: 7000, targetPort: 6379 }] },
    },
  );
  hosts['vip'] = service.spec.clusterIP;
  await shells.near.becomes(true, target('name:7000'));
}, 180_000);

afterEach(async () => {
  await api.request('DELETE', policiesPath);
  await pause(500);
});

afterAll(async () => {
  for (const shell of Object.values(shells)) shell.close();
  await Promise.all([home, away].map((name) => api.request('DELETE', `/api/v1/namespaces/${name}`)));
  api.close();
}, 120_000);

describe('network policies on the cluster', () => {
  it.each(cases)('$title', async ({ policies, connections }) => {
    await Promise.all(policies().map((spec, i) => create(spec, `policy-${i}`)));
    await pause(1000);
    expect(await reached(Object.keys(connections))).toEqual(connections);
  });

  it("a denied pod stays ready: its node's probes pass", async () => {
    await create(denyAll, 'deny');
    await pause(5000);
    expect(isReady(await api.request<Pod>('GET', `${podsPath}/server`))).toBe(true);
  });

  it('a policy holds for a new pod from its first packet, and delays no allowed one', async () => {
    await create(egress('fresh', { to: [pods('server')] }), 'fresh');
    await pause(1000);
    const attempt = (host: string) => `timeout 0.5 bash -c ': </dev/tcp/${hosts[host]}/6379'`;
    const command = [
      `${attempt('far')} && exit 1`,
      `${attempt('server')} || exit 2`,
      `for i in {1..6}; do ${attempt('far')} && exit 3; done`,
      'exit 0',
    ].join('; ');
    const phases = await Promise.all(
      [0, 1].map(async (node) => {
        const name = `fresh-${node}`;
        await api.request('POST', podsPath, podOf({ name, app: 'fresh', node: nodes[node] ?? '', command }));
        const ended = await api.until<Pod>(`${podsPath}/${name}`, ({ status }) =>
          /Succeeded|Failed/.test(status.phase ?? ''),
        );
        return ended.status.containerStatuses?.[0]?.state.terminated?.exitCode;
      }),
    );
    expect(phases).toEqual([0, 0]);
  }, 90_000);

  it.each(['near', 'far'] as const)(
    'a change takes effect within a second for the pod %s',
    async (from) => {
      const delays: number[] = [];
      for (let round = 0; round < 5; round++) {
        for (const open of [false, true]) {
          const seen = shells[from].becomes(open, target('server:6379'));
          await pause(300);
          const changed = performance.now();
          await (open
            ? api.request('DELETE', `${policiesPath}/gate`)
            : create({ ...pods('server'), policyTypes: ['Ingress'] }, 'gate'));
          delays.push(Math.round((await seen) - changed));
        }
      }
      console.info(`policy changes seen by ${from} after ${delays.join(', ')} ms`);
      expect(Math.max(...delays)).toBeLessThan(1000);
    },
    60_000,
  );
});
