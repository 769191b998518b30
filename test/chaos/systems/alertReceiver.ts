import {
  alertmanagerConf,
  receiverSecret,
  type Receiver,
} from '../../../components/monitoring/alertmanager/conf';
import { alertmanagerPods, secretNames } from '../../../components/monitoring/alertmanager/objects';
import { kubectl } from '../../../local/cluster/cluster';
import { nodes } from '../../../local/cluster/topology';
import { until } from '../../../local/exec';
import { Inside } from '../inside';
import type { Notification } from '../inside/alertReceiver';
import { PrometheusOf } from '../../cluster/support/monitoring';
import { clientPodOf } from './clientPods';
import type { Deployed } from './deployed';

const port = 8080;
const secrets = [secretNames.config, secretNames.receivers];
const policies = ['chaos-alerts-egress', 'chaos-alerts-ingress'];

type SecretData = Readonly<Record<string, string>>;

/** A receiver in a client pod that a stack's Alertmanager tells of every alert, as a stack with such a receiver would. */
export class AlertReceiver {
  /** All that it was told. */
  readonly notifications: Notification[] = [];

  private constructor(
    private readonly stack: Deployed,
    private readonly before: readonly SecretObject[],
    private process: Inside | undefined,
  ) {}

  /** Has Alertmanager tell it; ready once the watchdog has been heard. Close it in the end. */
  static async open(stack: Deployed): Promise<AlertReceiver> {
    const before = await Promise.all(secrets.map((name) => secretOf(stack, name)));
    const [config, receivers] = before as [SecretObject, SecretObject];
    const receiver = new AlertReceiver(stack, before, undefined);
    // Where programs run for which no place is asked.
    const pod = clientPodOf(nodes[0]!);
    const url = `http://${await kubectl(['get', 'pod', pod, '-n', stack.namespace, '-o', 'jsonpath={.status.podIP}'])}:${port}/`;
    receiver.process = await Inside.start(stack, 'alertReceiver.ts', { port }, (line) =>
      receiver.notifications.push(JSON.parse(line) as Notification),
    );
    const own: Receiver = { name: 'chaos', severities: ['critical', 'warning', 'info'], webhook: { url } };
    await kubectl(['apply', '-n', stack.namespace, '-f', '-'], JSON.stringify(wayTo(stack.namespace)));
    await put(stack, receivers, encoded(Object.fromEntries([receiverSecret(own), ['heartbeat', url]])));
    await put(stack, config, encoded({ 'alertmanager.yml': alertmanagerConf([own], true) }));
    await until('the watchdog being told', 180, () =>
      receiver.notifications.some(({ alert }) => alert === 'Watchdog'),
    );
    await watching(stack);
    return receiver;
  }

  /** Waits until an alert was told since then. @returns seconds from then */
  async told(alert: string, status: Notification['status'], since: number, seconds: number): Promise<number> {
    const find = () =>
      this.notifications.find((one) => one.alert === alert && one.status === status && one.at >= since);
    await until(`${alert} being ${status}`, seconds, () => find() !== undefined).catch((error: Error) => {
      throw new Error(`${error.message}; told was: ${this.summary(since)}`);
    });
    return (find()!.at - since) / 1000;
  }

  /** Names of the alerts of a severity that began since then. */
  fired(since: number, severity: string): string[] {
    const names = this.notifications
      .filter((one) => one.severity === severity && one.status === 'firing' && one.since >= since)
      .map(({ alert }) => alert);
    return [...new Set(names)].sort();
  }

  /** Has Alertmanager tell those again that it told before. */
  async close(): Promise<void> {
    for (const secret of this.before) await put(this.stack, secret, secret.data ?? {});
    await kubectl(['delete', 'networkpolicy', '-n', this.stack.namespace, '--ignore-not-found', ...policies]);
    await this.process?.kill();
  }

  private summary(since: number): string {
    const all = this.notifications.filter(({ alert, at }) => alert !== 'Watchdog' && at >= since);
    return all.map(({ alert, status }) => `${alert} ${status}`).join(', ') || 'nothing';
  }
}

/** Waits until Prometheus has looked for so long that alerts believe it: in its first minute what is not there has only not been read. */
async function watching({ stack }: Deployed): Promise<void> {
  const prometheus = await PrometheusOf.open(stack);
  const looks = 'count_over_time(session_database:masters[2m]) >= 8';
  await until('Prometheus having looked for two minutes', 180, async () => {
    return (await prometheus.query(looks)).length > 0;
  }).finally(() => prometheus.close());
}

const encoded = (files: SecretData): SecretData =>
  Object.fromEntries(
    Object.entries(files).map(([file, text]) => [file, Buffer.from(text, 'utf8').toString('base64')]),
  );

interface SecretObject {
  readonly metadata: { readonly name: string; readonly resourceVersion?: string };
  readonly data?: SecretData;
}

async function secretOf({ namespace }: Deployed, name: string): Promise<SecretObject> {
  return JSON.parse(await kubectl(['get', 'secret', name, '-n', namespace, '-o', 'json'])) as SecretObject;
}

/** Puts other data in the place of a Secret's. */
async function put(
  { namespace }: Deployed,
  { metadata, ...secret }: SecretObject,
  data: SecretData,
): Promise<void> {
  // By standard input: there are secrets in it.
  const text = JSON.stringify({ ...secret, metadata: { ...metadata, resourceVersion: undefined }, data });
  await kubectl(['replace', '-n', namespace, '-f', '-'], text);
  // The kubelet looks at a pod's files when the pod changes, and else once in a minute or so.
  const pods = ['pods', '-n', namespace, '-l', 'app.kubernetes.io/name=alertmanager'];
  await kubectl(['annotate', ...pods, '--overwrite', `session-database/test=${Date.now()}`]);
}

/** The policies that a stack with this receiver would have. */
function wayTo(namespace: string): object {
  const [alertmanager, chaos] = [alertmanagerPods(namespace).podLabels, { app: 'chaos' }];
  const ports = [{ protocol: 'TCP', port }];
  const policy = (name: string, spec: object) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name },
    spec,
  });
  const pods = (labels: object) => ({ podSelector: { matchLabels: labels } });
  return {
    apiVersion: 'v1',
    kind: 'List',
    items: [
      policy(policies[0]!, {
        ...pods(alertmanager),
        policyTypes: ['Egress'],
        egress: [{ to: [pods(chaos)], ports }],
      }),
      policy(policies[1]!, {
        ...pods(chaos),
        policyTypes: ['Ingress'],
        ingress: [{ from: [pods(alertmanager)], ports }],
      }),
    ],
  };
}
