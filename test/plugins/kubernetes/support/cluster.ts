import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import https from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';

interface Kubeconfig {
  readonly 'current-context': string;
  readonly contexts: readonly { name: string; context: { cluster: string; user: string } }[];
  readonly clusters: readonly { name: string; cluster: Record<string, string> }[];
  readonly users: readonly { name: string; user: Record<string, string> }[];
}

/** A Kubernetes object as the API gives it; tests know what is in the ones they look at. */
export type LiveObject = { metadata: Record<string, unknown>; [key: string]: unknown };

function part(entry: Record<string, string>, name: string): Buffer | undefined {
  const [data, file] = [entry[`${name}-data`], entry[name]];
  return data === undefined
    ? file === undefined
      ? undefined
      : readFileSync(file)
    : Buffer.from(data, 'base64');
}

/** The suite's own way to the cluster, apart from the plugin's: what other people do to objects, and looking. */
export class Cluster {
  /** Of the suite's objects, unique. */
  readonly namespace = `conformance-${randomBytes(4).toString('hex')}`;
  private readonly server: string;
  private readonly agent: https.Agent;

  constructor() {
    const file = process.env['KUBECONFIG'] ?? '';
    if (file === '') throw new Error('set KUBECONFIG to the kubeconfig of a cluster to test against');
    const config = parse(readFileSync(file, 'utf8')) as Kubeconfig;
    const context = config.contexts.find(({ name }) => name === config['current-context'])?.context;
    const cluster = config.clusters.find(({ name }) => name === context?.cluster)?.cluster ?? {};
    const user = config.users.find(({ name }) => name === context?.user)?.user ?? {};
    this.server = cluster['server'] ?? '';
    this.agent = new https.Agent({
      keepAlive: true,
      ca: part(cluster, 'certificate-authority'),
      cert: part(user, 'client-certificate'),
      key: part(user, 'client-key'),
    });
  }

  /** The object at an API path; undefined when there is none. */
  async get(path: string): Promise<LiveObject | undefined> {
    const { status, body } = await this.request('GET', path);
    return status === 404 ? undefined : (body as LiveObject);
  }

  /** Changes an object as somebody else would, with a merge patch. */
  async patch(path: string, change: unknown, manager = 'somebody-else'): Promise<void> {
    const type = 'application/merge-patch+json';
    const { status, body } = await this.request('PATCH', `${path}?fieldManager=${manager}`, change, type);
    if (status >= 400) throw new Error(`patch of ${path}: ${JSON.stringify(body)}`);
  }

  async create(path: string, object: unknown): Promise<void> {
    const { status, body } = await this.request('POST', path, object);
    if (status >= 400) throw new Error(`create at ${path}: ${JSON.stringify(body)}`);
  }

  /** Deletes an object and waits until it is gone. */
  async delete(path: string): Promise<void> {
    await this.request('DELETE', path);
    for (let round = 0; round < 600; round += 1) {
      if ((await this.get(path)) === undefined) return;
      await sleep(100);
    }
    throw new Error(`${path} is not gone after a minute`);
  }

  /** Makes the suite's namespace, with its default service account. */
  async setUp(labels: Record<string, string> = {}): Promise<void> {
    await this.create('/api/v1/namespaces', { metadata: { name: this.namespace, labels } });
    const account = `/api/v1/namespaces/${this.namespace}/serviceaccounts/default`;
    for (let round = 0; round < 100 && (await this.get(account)) === undefined; round += 1) await sleep(100);
  }

  async tearDown(): Promise<void> {
    await this.request('DELETE', `/api/v1/namespaces/${this.namespace}`);
    this.agent.destroy();
  }

  private request(
    method: string,
    path: string,
    body?: unknown,
    contentType = 'application/json',
  ): Promise<{ status: number; body: unknown }> {
    return new Promise((resolve, reject) => {
      const options = { method, agent: this.agent, headers: { 'content-type': contentType } };
      const call = https.request(this.server + path, options, (answer) => {
        let text = '';
        answer.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, body: text === '' ? null : JSON.parse(text) }),
        );
      });
      call.on('error', reject);
      call.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}
