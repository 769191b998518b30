import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import Redis from 'ioredis';
import { aclFile, sentinelAclFile } from '../../../components/credentials/aclFile';
import { type RoleName, roles, sentinelRoles } from '../../../components/credentials/roles';
import { redisConf } from '../../../components/redis/conf';
import { sentinelConf } from '../../../components/redis/sentinel/conf';
import { Authority, clientTls, mount } from '../../functions/support/certificates';
import { environments } from '../../../stacks/environments';
import { imageProgram } from '../../functions/support/image';
import { childrenOf, type Ended, ended, isServer, type Pod } from './processes';

/** Name under which Sentinels know the master. */
export const masterName = 'sessions';

const { sentinel } = environments.staging;
const scripts = resolve(__dirname, '../../../components/redis');
const everyRole = [...roles, ...sentinelRoles];
const passwordOf = (role: RoleName): string => `password-of-${role}`;
const passwords = Object.fromEntries(everyRole.map(({ name }) => [name, passwordOf(name)]));

const socketOf = ({ folder }: Pick<Pod, 'folder'>): string => join(folder, 'work', 'redis.sock');

/**
 * Redis servers and Sentinels of the platform's image, scripts, configuration and roles, as bare processes. A pod is a
 * script with a loopback address and a folder of its own.
 */
export class Group {
  readonly folder = mkdtempSync(join(tmpdir(), 'session-database-sentinel-'));
  readonly redis: readonly Pod[];
  readonly sentinels: readonly Pod[];
  private readonly clients: Redis[] = [];

  /** Who signs when they speak TLS, and folder of the certificate that all servers and Sentinels show. */
  private readonly authority: Authority | undefined;
  private readonly tls: string | undefined;

  /**
   * @param network - third number of the loopback addresses; other groups have another one
   * @param answerSeconds - how long scripts wait for each answer, as on a machine that has too much to do
   */
  constructor(
    network: number,
    { tls = false, answerSeconds = 0 }: { readonly tls?: boolean; readonly answerSeconds?: number } = {},
  ) {
    const pod = (name: string, host: number): Pod => {
      const folder = join(this.folder, name);
      for (const sub of ['data', 'work']) mkdirSync(join(folder, sub), { recursive: true });
      return { name, address: `127.0.${network}.${host}`, folder, process: undefined, log: '' };
    };
    this.redis = [0, 1, 2].map((at) => pod(`redis-${at}`, 1 + at));
    this.sentinels = [0, 1, 2].map((at) => pod(`sentinel-${at}`, 101 + at));
    if (tls) {
      this.authority = new Authority('the platform');
      this.tls = join(this.folder, 'tls');
      this.renew();
    }
    this.writeFiles(answerSeconds);
  }

  /** Gives servers and Sentinels another certificate, as the kubelet does. */
  renew(): void {
    const names = { dnsNames: [], ipAddresses: this.pods.map(({ address }) => address) };
    mount(this.tls!, this.authority!.server(undefined, { names }));
  }

  /** The folder of a role's credentials, as it is mounted. */
  credentials(role: RoleName): string {
    const folder = join(this.folder, `credentials-${role}`);
    mount(folder, { password: passwordOf(role), ...this.authority?.client() });
    return folder;
  }

  private get pods(): readonly Pod[] {
    return [...this.redis, ...this.sentinels];
  }

  private writeFiles(answerSeconds: number): void {
    const bin = join(this.folder, 'bin');
    mkdirSync(bin);
    for (const program of ['redis-server', 'redis-cli', 'redis-check-aof'] as const) {
      const wait = program === 'redis-cli' && answerSeconds > 0 ? `sleep ${answerSeconds}\n` : '';
      writeFileSync(join(bin, program), `#!/bin/sh\n${wait}exec ${imageProgram(program).join(' ')} "$@"\n`, {
        mode: 0o755,
      });
    }
    const acl = join(this.folder, 'users.acl');
    writeFileSync(acl, aclFile(everyRole).text(passwords));
    const sentinelAcl = join(this.folder, 'sentinel-users.acl');
    writeFileSync(sentinelAcl, sentinelAclFile(everyRole).text(passwords));
    const tls =
      this.tls === undefined ? {} : { tls: { folder: this.tls, clientCertificates: 'required' as const } };
    const credentials = {
      replication: this.credentials('replication'),
      sentinel: this.credentials('sentinel'),
      failover: this.credentials('failover'),
      probe: this.credentials('probe'),
    };
    const addresses = this.pods.map(({ name, address }) => `${name} ${address}\n`).join('');
    for (const { name, address, folder } of this.pods) {
      const config = join(folder, 'config');
      mkdirSync(config);
      for (const from of [scripts, join(scripts, 'sentinel')])
        for (const file of readdirSync(from).filter((script) => script.endsWith('.sh')))
          copyFileSync(join(from, file), join(config, file));
      writeFileSync(join(config, 'addresses'), addresses);
      const work = join(folder, 'work');
      const bind = `bind ${address}\n`;
      if (name.startsWith('redis')) {
        const conf = redisConf({
          maxmemory: '256Mi',
          maxClients: 1000,
          port: 6379,
          aclFile: acl,
          dataFolder: join(folder, 'data'),
          socket: socketOf({ folder }),
          replication: { minReplicas: 1 },
          ...tls,
        });
        writeFileSync(join(config, 'redis.conf'), conf + bind);
      } else {
        writeFileSync(
          join(config, 'sentinel.conf'),
          sentinelConf({ port: 26379, aclFile: sentinelAcl, workFolder: work, ...tls }) + bind,
        );
      }
      for (const role of ['replication', 'sentinel', 'failover', 'probe'] as const) {
        mkdirSync(join(folder, 'credentials'), { recursive: true });
        symlinkSync(credentials[role], join(folder, 'credentials', role));
      }
    }
  }

  /** Starts pods that do not run. */
  start(...pods: readonly Pod[]): void {
    for (const pod of pods.length === 0 ? this.pods : pods) {
      if (pod.process !== undefined) continue;
      const isRedis = pod.name.startsWith('redis');
      const settings = [
        '2',
        String(sentinel.downAfterMilliseconds),
        String(sentinel.failoverTimeoutMilliseconds),
        '2',
      ];
      const child = this.script(pod, isRedis ? 'start-redis.sh' : 'start-sentinel.sh', [
        pod.name,
        ...(isRedis ? [socketOf(pod)] : []),
        ...this.folders(
          pod,
          `config/${isRedis ? 'redis' : 'sentinel'}.conf`,
          ...['config/addresses', 'credentials', 'data', 'work'],
        ),
        masterName,
        ...(isRedis ? [] : [...settings, ...(this.tls === undefined ? [] : [this.tls])]),
      ]);
      pod.process = child;
      const note = (text: Buffer) => (pod.log += text.toString());
      child.stdout.on('data', note);
      child.stderr.on('data', note);
      child.on('exit', () => (pod.process = pod.process === child ? undefined : pod.process));
    }
  }

  private get env(): Record<string, string> {
    return { PATH: `${join(this.folder, 'bin')}:/usr/bin:/bin` };
  }

  /** Kills the server of a pod with SIGKILL; its script goes on. */
  killServer(pod: Pod): void {
    this.signalServer(pod, 'SIGKILL');
  }

  signalServer({ process: script }: Pod, signal: NodeJS.Signals): void {
    for (const pid of childrenOf(script!.pid!)) if (isServer(pid)) process.kill(pid, signal);
  }

  /** Kills all of a pod, as the loss of a node does. */
  async killPod(pod: Pod): Promise<void> {
    const child = pod.process;
    if (child === undefined) return;
    const ended = new Promise((done) => child.once('exit', done));
    process.kill(-child.pid!, 'SIGKILL');
    await ended;
  }

  /** Empties a pod's volume. */
  empty({ folder }: Pod): void {
    rmSync(join(folder, 'data'), { recursive: true });
    mkdirSync(join(folder, 'data'));
  }

  /** Runs the script that a pod runs before it ends. */
  handover(pod: Pod): Promise<Ended> {
    return ended(
      this.script(pod, 'handover.sh', [
        pod.name,
        socketOf(pod),
        ...this.folders(pod, 'config/addresses', 'credentials', 'work'),
        masterName,
      ]),
    );
  }

  /** Runs a probe of a pod. */
  probe(pod: Pod, kind: 'readiness' | 'liveness' = 'readiness'): Promise<Ended> {
    const folder = join(pod.folder, 'credentials', 'probe');
    const isRedis = pod.name.startsWith('redis');
    const child = spawn(
      'sh',
      isRedis
        ? [join(pod.folder, 'config', 'probe-redis.sh'), pod.address, '6379', 'probe', folder]
        : [
            join(pod.folder, 'config', 'probe-sentinel.sh'),
            kind,
            pod.address,
            '26379',
            'probe',
            folder,
            masterName,
          ],
      { env: this.env, stdio: 'pipe' },
    );
    return ended(child);
  }

  private folders({ folder }: Pod, ...names: string[]): string[] {
    return names.map((sub) => join(folder, sub));
  }

  private script({ folder }: Pod, script: string, args: readonly string[]): ChildProcessWithoutNullStreams {
    // A process group of its own, so that all of it can be killed at once.
    return spawn('sh', [join(folder, 'config', script), ...args], {
      env: this.env,
      stdio: 'pipe',
      detached: true,
    });
  }

  /** A client of a server as a role. */
  client({ address, name }: Pod, role: RoleName = 'admin'): Redis {
    const client = new Redis({
      host: address,
      port: name.startsWith('redis') ? 6379 : 26379,
      username: role,
      password: passwordOf(role),
      enableReadyCheck: false,
      retryStrategy: null,
      maxRetriesPerRequest: 0,
      connectTimeout: 500,
      commandTimeout: 1000,
      lazyConnect: true,
      disableClientInfo: true,
      ...(this.tls === undefined ? {} : { tls: clientTls(this.tls) }),
    });
    client.on('error', () => undefined);
    this.clients.push(client);
    return client;
  }

  /** One command at a server as a role, by a connection of its own. */
  async ask(pod: Pod, ...command: [string, ...string[]]): Promise<unknown> {
    const client = this.client(pod);
    try {
      return await client.call(...command);
    } finally {
      client.disconnect();
    }
  }

  /** What pods refused for lack of rights, by pod and user: nobody of the platform may lack any. */
  async refused(pods = this.pods): Promise<string[]> {
    const logs = await Promise.all(
      pods.map(async (pod) =>
        ((await this.ask(pod, 'ACL', 'LOG')) as unknown[][]).map(
          (entry) => `${pod.name}: ${entry.map(String).join(' ')}`,
        ),
      ),
    );
    return logs.flat();
  }

  /**
   * The master, once there is one, all others follow it, all Sentinels name it and may elect each of the others.
   * @throws after so many seconds, with what was seen and the last lines of all logs
   */
  async settled(seconds = 60, servers = this.redis, sentinels = this.sentinels): Promise<Pod> {
    const deadline = Date.now() + seconds * 1000;
    for (;;) {
      const roles = (await Promise.all(
        servers.map((pod) => this.ask(pod, 'ROLE').catch(() => ['none'])),
      )) as string[][];
      const views = await Promise.all(sentinels.map((pod) => this.view(pod)));
      const masters = servers.filter((_, at) => roles[at]![0] === 'master');
      const [master] = masters;
      if (
        masters.length === 1 &&
        // Not a forgotten process of another run, which answers at the same address.
        servers.every(({ process: script }) => script !== undefined) &&
        roles.filter(
          ([role, host, , link]) => role === 'slave' && host === master!.address && link === 'connected',
        ).length ===
          servers.length - 1 &&
        views.every(({ named, electable }) => named === master!.address && electable >= servers.length - 1)
      )
        return master!;
      if (Date.now() > deadline) {
        const logs = this.pods.map(({ name, log }) => `── ${name}\n${log.split('\n').slice(-12).join('\n')}`);
        throw new Error(
          `not settled after ${seconds} s: ${JSON.stringify({ roles, views })}\n${logs.join('\n')}`,
        );
      }
      await new Promise((wait) => setTimeout(wait, 100));
    }
  }

  /** Whom a Sentinel names, and how many replicas it could elect. */
  private async view(sentinel: Pod): Promise<{ named: string; electable: number }> {
    try {
      const address = (await this.ask(sentinel, 'SENTINEL', 'GET-MASTER-ADDR-BY-NAME', masterName)) as
        string[] | null;
      const replicas = (await this.ask(sentinel, 'SENTINEL', 'REPLICAS', masterName)) as object[];
      const fields = replicas.map(
        (replica) =>
          (Array.isArray(replica) ? Object.fromEntries(pairs(replica as string[])) : replica) as Record<
            string,
            string
          >,
      );
      const electable = fields.filter(
        (of) =>
          of['flags'] === 'slave' && of['slave-priority'] === '100' && of['master-link-status'] === 'ok',
      );
      return { named: address?.[0] ?? '', electable: electable.length };
    } catch {
      return { named: '', electable: 0 };
    }
  }

  /** Ends everything and removes the folder. */
  async remove(): Promise<void> {
    this.clients.forEach((client) => client.disconnect());
    await Promise.all(this.pods.map((pod) => this.killPod(pod)));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const pairs = (flat: readonly string[]): [string, string][] =>
  flat.flatMap((key, at) => (at % 2 === 0 ? [[key, flat[at + 1]!] as [string, string]] : []));

export type { Pod };
