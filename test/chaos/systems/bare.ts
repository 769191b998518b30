import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aclFile } from '../../../components/credentials/aclFile';
import { roles } from '../../../components/credentials/roles';
import { sessionLibrary } from '../../../components/sessions/library';
import { environments } from '../../../stacks/environments';
import { imageProgram } from '../../functions/support/image';
import { passwordOf, settings } from '../../functions/support/server';
import { type Endpoint, once, type Place, quiet } from '../inside/place';
import { spawnInside } from './spawn';
import type { System } from './system';

const { sentinel } = environments.staging;
const masterName = 'bare';
// Servers and Sentinels among themselves; the roles of applications are the platform's.
const peer = { user: 'peer', password: 'password-of-peers' };
const login = (username: 'application' | 'admin') => ({ username, password: passwordOf(username) });
const endpoints = (kind: string, port: number, from: number): Endpoint[] =>
  [0, 1, 2].map((at) => ({ name: `${kind}-${at}`, host: `127.0.2.${from + at}`, port }));

interface Running {
  process: ChildProcess | undefined;
  log: string;
}

/**
 * Three bare Redis processes and three Sentinels on loopback, with the platform's settings for replication and failover and
 * nothing else of it: what the platform is compared with.
 */
export class Bare implements System {
  readonly name = 'bare processes';
  readonly place: Place = {
    redis: endpoints('redis', 6379, 1),
    sentinels: endpoints('sentinel', 26_379, 101),
    masterName,
    application: login('application'),
    admin: login('admin'),
  };
  private readonly folder = mkdtempSync(join(tmpdir(), 'session-database-bare-'));
  private readonly pods = new Map<string, Running>();
  private readonly acl = join(this.folder, 'users.acl');

  private constructor() {
    const users = aclFile(roles).text(
      Object.fromEntries(roles.map((role) => [role.name, passwordOf(role.name)])),
    );
    writeFileSync(this.acl, `${users}user ${peer.user} on >${peer.password} ~* &* +@all\n`, { mode: 0o600 });
    process.once('exit', () => this.pods.forEach((pod) => pod.process?.kill('SIGKILL')));
  }

  /** Starts them, with the first one as master and the session library loaded. Remove it in the end. */
  static async start(): Promise<Bare> {
    const bare = new Bare();
    try {
      const [first, ...others] = bare.place.redis as [Endpoint, ...Endpoint[]];
      bare.startRedis(first);
      for (const other of others) bare.startRedis(other, first);
      await bare.command(first, 'FUNCTION', 'LOAD', 'REPLACE', sessionLibrary(settings).code);
      for (const sentinel of bare.place.sentinels) bare.startSentinel(sentinel, first);
      return bare;
    } catch (error) {
      await bare.remove();
      throw error;
    }
  }

  spawn(script: string): Promise<ChildProcess> {
    return Promise.resolve(spawnInside(script));
  }

  describe(): Promise<string> {
    const tail = (log: string) => log.trimEnd().split('\n').slice(-8).join('\n');
    return Promise.resolve([...this.pods].map(([name, { log }]) => `── ${name}\n${tail(log)}`).join('\n'));
  }

  /** Kills a server with SIGKILL. */
  async kill({ name }: Endpoint): Promise<void> {
    const child = this.pods.get(name)?.process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((done) => child.once('close', done));
    child.kill('SIGKILL');
    await ended;
  }

  /** Starts a server that was killed as a replica of another one, as a careful person does. */
  restart(server: Endpoint, master: Endpoint): void {
    this.startRedis(server, master);
  }

  /** Asks a Sentinel for a planned failover, with nothing around it. */
  async failover(): Promise<void> {
    await this.command(this.place.sentinels[0]!, 'SENTINEL', 'FAILOVER', masterName);
  }

  /** Ends all processes and removes their folder. */
  async remove(): Promise<void> {
    await Promise.all([...this.place.redis, ...this.place.sentinels].map((pod) => this.kill(pod)));
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A command as a peer, tried for ten seconds until the server is up. */
  private async command(server: Endpoint, ...words: [string, ...string[]]): Promise<unknown> {
    const user = server.name.startsWith('redis')
      ? { username: peer.user, password: peer.password }
      : undefined;
    for (let attempt = 1; ; attempt++) {
      const redis = quiet({ ...once(this.place, user, server), commandTimeout: 5000 });
      try {
        return await redis.call(...words);
      } catch (error) {
        if (attempt === 50)
          throw new Error(`${server.name}: ${String(error)}\n${await this.describe()}`, { cause: error });
        await new Promise((wait) => setTimeout(wait, 200));
      } finally {
        redis.disconnect();
      }
    }
  }

  private startRedis({ name, host, port }: Endpoint, master?: Endpoint): void {
    const data = join(this.folder, name);
    mkdirSync(data, { recursive: true });
    this.launch(name, [
      `bind ${host}`,
      `port ${port}`,
      `dir ${data}`,
      `aclfile ${this.acl}`,
      'appendonly yes',
      'appendfsync everysec',
      'save ""',
      `masteruser ${peer.user}`,
      `masterauth ${peer.password}`,
      `replica-announce-ip ${host}`,
      'min-replicas-to-write 1',
      'min-replicas-max-lag 3',
      'repl-backlog-size 64mb',
      'repl-diskless-sync-delay 0',
      ...(master ? [`replicaof ${master.host} ${master.port}`] : []),
    ]);
  }

  private startSentinel({ name, host, port }: Endpoint, master: Endpoint): void {
    this.launch(
      name,
      [
        `bind ${host}`,
        `port ${port}`,
        `dir ${this.folder}`,
        `sentinel announce-ip ${host}`,
        `sentinel monitor ${masterName} ${master.host} ${master.port} 2`,
        `sentinel down-after-milliseconds ${masterName} ${sentinel.downAfterMilliseconds}`,
        `sentinel failover-timeout ${masterName} ${sentinel.failoverTimeoutMilliseconds}`,
        `sentinel parallel-syncs ${masterName} 2`,
        `sentinel auth-user ${masterName} ${peer.user}`,
        `sentinel auth-pass ${masterName} ${peer.password}`,
      ],
      '--sentinel',
    );
  }

  private launch(name: string, conf: readonly string[], ...options: string[]): void {
    const file = join(this.folder, `${name}.conf`);
    writeFileSync(file, `${conf.join('\n')}\n`, { mode: 0o600 });
    const [program, ...args] = imageProgram('redis-server');
    const child = spawn(program, [...args, file, ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
    const pod = { process: child, log: this.pods.get(name)?.log ?? '' };
    const note = (text: Buffer) => (pod.log = (pod.log + text.toString()).slice(-10_000));
    child.stdout.on('data', note);
    child.stderr.on('data', note);
    this.pods.set(name, pod);
  }
}
