import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processesIn } from '../../../local/cluster/cgroups';
import { kubectl } from '../../../local/cluster/cluster';
import { until } from '../../../local/exec';
import { inMachine, kill, running } from '../../../local/cluster/machine';
import { type Node, nodeNamed, nodes } from '../../../local/cluster/topology';
import { stackOutputs } from '../../../scripts/stack';
import type { Endpoint, Place } from '../inside/place';
import { holdPods, releasePods } from './autoscaler';
import { writeCertificates } from './certificates';
import { clientPodOf, makeClientPods, removeClientPods } from './clientPods';
import { spawnInside } from './spawn';
import type { Site, System } from './system';

interface Pod {
  readonly metadata: { readonly name: string; readonly uid: string };
  readonly spec: {
    readonly nodeName?: string;
    readonly volumes?: readonly { readonly persistentVolumeClaim?: { readonly claimName: string } }[];
  };
  readonly status: {
    readonly containerStatuses?: readonly { readonly restartCount: number }[];
  };
}

interface Service {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly clusterIP: string; readonly ports: readonly { readonly port: number }[] };
}

/** Outputs of a stack in Sentinel mode that are asked for here beside what scripts use. */
interface SentinelOutputs {
  readonly clientLabel: Readonly<Record<string, string>>;
  readonly tls: boolean;
  readonly masterName?: string;
}

/** A stack in Sentinel mode on the local platform. What it needs of it is looked up by the names that clients know. */
export class Deployed implements System {
  readonly name: string;

  private constructor(
    readonly stack: string,
    readonly namespace: string,
    readonly place: Place,
    private readonly certificateFolder: string,
  ) {
    this.name = `stack ${stack}`;
  }

  /** Looks the stack up and makes client pods. Close it in the end. @throws when it is not in Sentinel mode */
  static async open(stack: string): Promise<Deployed> {
    const { redis, passwords } = stackOutputs(stack);
    const { clientLabel, tls, masterName } = redis as typeof redis & SentinelOutputs;
    const { namespace } = redis;
    const services = await items<Service>(['services', '--namespace', namespace]);
    const endpoints = (name: RegExp): Endpoint[] =>
      services
        .filter((service) => name.test(service.metadata.name))
        .map(({ metadata, spec }) => ({
          name: metadata.name,
          host: spec.clusterIP,
          port: spec.ports[0]!.port,
        }));
    const pods = await items<Pod>(['pods', '--namespace', namespace]);
    // There are addresses for pods that an autoscaler may add.
    const alive = ({ name }: Endpoint) => pods.some(({ metadata }) => metadata.name === name);
    const servers = endpoints(/^redis-\d+$/).filter(alive);
    const sentinels = endpoints(/^sentinel-\d+$/).filter(alive);
    const [proxy] = endpoints(/^redis$/);
    if (servers.length < 2 || sentinels.length === 0) {
      throw new Error(`stack ${stack} has no replicas or no Sentinels to break; take one in Sentinel mode`);
    }
    const certificateFolder = mkdtempSync(join(tmpdir(), 'session-database-chaos-'));
    if (tls) await writeCertificates(namespace, certificateFolder);
    const application = { username: 'application', password: passwords['application'] ?? '' };
    const place: Place = {
      redis: servers,
      sentinels,
      masterName: masterName ?? 'sessions',
      ...(proxy ? { proxy } : {}),
      ...(tls ? { certificates: certificateFolder } : {}),
      application,
      admin: { username: 'admin', password: passwords['admin'] ?? '' },
      atSentinels: application,
    };
    await makeClientPods(namespace, clientLabel);
    await holdPods(namespace, servers.length);
    return new Deployed(stack, namespace, place, certificateFolder);
  }

  async close(): Promise<void> {
    await releasePods(this.namespace);
    await removeClientPods(this.namespace);
    rmSync(this.certificateFolder, { recursive: true });
  }

  /** Gives clients the certificates of now: they read them for each connection. */
  async renewCertificates(): Promise<void> {
    await writeCertificates(this.namespace, this.certificateFolder);
  }

  async spawn(script: string, site?: Site): Promise<ChildProcess> {
    const server = site && (await this.nodeOf('near' in site ? site.near : site.awayFrom));
    const fits = (node: Node) => site === undefined || (node === server) === 'near' in site;
    const node = nodes.find((candidate) => running(candidate) && fits(candidate));
    if (!node) throw new Error(`no running node for the clients of ${this.name}`);
    const [pid] = await this.processesOf(clientPodOf(node));
    if (pid === undefined) throw new Error(`${clientPodOf(node)} has no process`);
    return spawnInside(script, ['nsenter', `--net=/proc/${pid}/ns/net`]);
  }

  /** A container that ends again soon waits ever longer for its start (CrashLoopBackOff): a new pod starts from nothing. */
  async refresh(master: string): Promise<void> {
    const own = new Set([...this.place.redis, ...this.place.sentinels].map(({ name }) => name));
    const pods = await items<Pod>(['pods', '--namespace', this.namespace]);
    const restarted = pods
      .filter(({ status }) => status.containerStatuses?.some(({ restartCount }) => restartCount > 0))
      .map(({ metadata }) => metadata.name)
      .filter((name) => own.has(name) && name !== master);
    for (const name of restarted) await this.replace(name);
  }

  /** Deletes a pod and waits until another one has its place. */
  async replace(name: string): Promise<void> {
    await kubectl(['delete', 'pod', name, '--namespace', this.namespace, '--wait']);
    await until(`another ${name} being there`, 60, async () => (await this.pod(name)).metadata.name === name);
    await this.ready(120);
  }

  async describe(): Promise<string> {
    const pods = await kubectl(['get', 'pods', '--namespace', this.namespace, '-o', 'wide']);
    const logs = [...this.place.redis, ...this.place.sentinels].map(async ({ name }) => {
      const tail = await kubectl(['logs', '--namespace', this.namespace, name, '--tail=8']).catch(String);
      return `── ${name}\n${tail.trimEnd()}`;
    });
    return [pods, ...(await Promise.all(logs))].join('\n');
  }

  /** The machine that a pod is on. */
  async nodeOf(pod: string): Promise<Node> {
    return nodeNamed((await this.pod(pod)).spec.nodeName);
  }

  /** Ids on this computer of a pod's processes. @param matching - their command line. @default all, the sandbox's too */
  async processesOf(pod: string, matching = /^/): Promise<number[]> {
    const { metadata, spec } = await this.pod(pod);
    return processesIn(nodeNamed(spec.nodeName), 'kubepods').filter((pid) => {
      try {
        return (
          readFileSync(`/proc/${pid}/cgroup`, 'utf8').includes(`pod${metadata.uid}`) &&
          matching.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '))
        );
      } catch {
        return false; // it has just ended
      }
    });
  }

  /** Sends a signal to processes of pods, all at once. @throws when a pod has none */
  async signal(pods: readonly string[], signal: NodeJS.Signals, matching?: RegExp): Promise<void> {
    const found = await Promise.all(pods.map((pod) => this.processesOf(pod, matching)));
    found.forEach((pids, at) => {
      if (pids.length === 0) throw new Error(`no process of ${pods[at]} matches ${String(matching)}`);
    });
    for (const pid of found.flat()) kill(pid, signal);
  }

  /** Runs a shell program on the machine of a pod with the folder of the pod's volume as $1. */
  async onVolume(pod: string, program: string): Promise<void> {
    const { spec } = await this.pod(pod);
    const claim = spec.volumes?.find((volume) => volume.persistentVolumeClaim)?.persistentVolumeClaim;
    if (!claim) throw new Error(`${pod} has no volume`);
    const get = (...what: string[]) => kubectl(['get', ...what]).then((text) => text.trim());
    const path = '{.spec.hostPath.path}{.spec.local.path}';
    const volume = await get(
      'pvc',
      claim.claimName,
      '-n',
      this.namespace,
      '-o',
      'jsonpath={.spec.volumeName}',
    );
    const folder = await get('pv', volume, '-o', `jsonpath=${path}`);
    await inMachine(nodeNamed(spec.nodeName), ['sh', '-ec', program, 'sh', folder]);
  }

  /** Waits until every pod of Redis and Sentinel is ready. */
  async ready(seconds: number): Promise<void> {
    const pods = [...this.place.redis, ...this.place.sentinels].map(({ name }) => `pod/${name}`);
    await kubectl([
      'wait',
      '--namespace',
      this.namespace,
      '--for=condition=Ready',
      ...pods,
      `--timeout=${seconds}s`,
    ]);
  }

  private async pod(name: string): Promise<Pod> {
    const text = await kubectl(['get', 'pod', name, '--namespace', this.namespace, '-o', 'json']);
    return JSON.parse(text) as Pod;
  }
}

async function items<T>(what: readonly string[]): Promise<T[]> {
  return (JSON.parse(await kubectl(['get', ...what, '-o', 'json'])) as { items: T[] }).items;
}
