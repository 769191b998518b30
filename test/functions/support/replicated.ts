import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect as dial } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Redis from 'ioredis';
import { aclFile } from '../../../components/credentials/aclFile';
import { roles as commonRoles, sentinelRoles } from '../../../components/credentials/roles';
import { haproxyConf, type HaproxyConf } from '../../../components/proxy/conf';
import { redisConf } from '../../../components/redis/conf';
import { Authority, clientTls, type Files, mount } from './certificates';
import { imageProgram, type Program } from './image';
import { passwordOf } from './server';

/** Folders with ca.crt, tls.crt and tls.key. */
export interface Certificates {
  readonly redis: string;
  readonly client: string;
}

// Beside the platform's roles: who replicates, and who may do what the platform's roles may not.
const testUsers = 'user replica on >replica +psync +replconf +ping\nuser test on >test ~* &* +@all\n';

/** Programs and clients of a test, ended together. */
export class Lab {
  readonly folder = mkdtempSync(join(tmpdir(), 'session-database-proxy-'));
  private readonly processes: ChildProcess[] = [];
  private readonly clients: Redis[] = [];

  /** Starts the platform's Redis at an address of loopback, with the settings of replication. */
  async redis(address: string, port: number, master?: string, tls?: string): Promise<Node> {
    const folder = join(this.folder, `redis-${address}`);
    mkdirSync(folder);
    const acl = join(folder, 'users.acl');
    const roles = [...commonRoles, ...sentinelRoles];
    const passwords = Object.fromEntries(roles.map(({ name }) => [name, passwordOf(name)]));
    writeFileSync(acl, aclFile(roles).text(passwords) + testUsers);
    const conf = redisConf({
      maxmemory: '64Mi',
      maxClients: 1000,
      port,
      aclFile: acl,
      dataFolder: folder,
      socket: join(folder, 'redis.sock'),
      replication: { minReplicas: 1 },
      ...(tls === undefined ? {} : { tls: { folder: tls, clientCertificates: 'required' } }),
    });
    const more = [
      `bind ${address}`,
      'save ""',
      'masteruser replica',
      'masterauth replica',
      ...(master === undefined ? [] : [`replicaof ${master} ${port}`]),
    ];
    writeFileSync(join(folder, 'redis.conf'), `${conf}\n${more.join('\n')}\n`);
    const child = await this.run(
      [...imageProgram('redis-server'), join(folder, 'redis.conf')],
      'Ready to accept connections',
    );
    return new Node(address, child, () => this.client(address, port, 'test', 'test', tls));
  }

  /** Starts the platform's HAProxy on loopback; returns when it serves. */
  async proxy(conf: HaproxyConf): Promise<ChildProcess> {
    const [program, ...args] = this.haproxy(conf);
    const child = spawn(program, [...args, '-db'], { stdio: 'ignore' });
    this.processes.push(child);
    await until(async () => {
      if (child.exitCode !== null) throw new Error(`haproxy ended with ${child.exitCode}`);
      return (await status(conf, '/alive')) === 200;
    });
    return child;
  }

  /** Starts a script, and gives what it has printed so far. */
  script(program: string, args: readonly string[]): { readonly text: () => string } {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.processes.push(child);
    let text = '';
    for (const output of [child.stdout, child.stderr]) {
      output.on('data', (part: Buffer) => (text += part.toString()));
    }
    return { text: () => text };
  }

  /** Has HAProxy judge a configuration. @throws what it finds wrong */
  judge(conf: HaproxyConf): string {
    const [program, ...args] = this.haproxy(conf);
    return execFileSync(program, [...args, '-c'], { encoding: 'utf8' });
  }

  /** A client that does not try again. */
  client(host: string, port: number, username: string, password: string, tls?: string): Redis {
    const client = new Redis({
      host,
      port,
      username,
      password,
      enableReadyCheck: false,
      retryStrategy: null,
      maxRetriesPerRequest: 0,
      disconnectTimeout: 0,
      ...(tls === undefined ? {} : { tls: clientTls(tls) }),
    });
    client.on('error', () => undefined); // the call that fails tells
    this.clients.push(client);
    return client;
  }

  /** Makes an authority, and of it a certificate for Redis and one for the proxy and clients. */
  certificates(name: string): Certificates {
    const authority = new Authority(name);
    const mounted = (of: string, files: Files) => {
      const folder = join(this.folder, `${name}-${of}`);
      mount(folder, files);
      return folder;
    };
    return { redis: mounted('redis', authority.server()), client: mounted('client', authority.client()) };
  }

  /** Ends and removes everything. */
  async end(): Promise<void> {
    this.clients.forEach((client) => client.disconnect());
    await Promise.all(
      this.processes
        .filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)
        .map((child) => {
          const ended = new Promise((done) => child.once('exit', done));
          child.kill('SIGKILL');
          return ended;
        }),
    );
    rmSync(this.folder, { recursive: true, force: true });
  }

  private haproxy(conf: HaproxyConf): Program {
    const file = join(this.folder, `haproxy-${conf.port}.cfg`);
    writeFileSync(file, haproxyConf(conf).replaceAll('bind :', 'bind 127.0.0.1:'));
    return [...imageProgram('haproxy'), '-f', file];
  }

  private async run([program, ...args]: Program, ready: string): Promise<ChildProcess> {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.processes.push(child);
    let log = '';
    child.stdout.on('data', (text: Buffer) => (log += text.toString()));
    child.stderr.on('data', (text: Buffer) => (log += text.toString()));
    await until(() => {
      if (child.exitCode !== null) throw new Error(`${args.at(-1)} ended:\n${log}`);
      return Promise.resolve(log.includes(ready));
    });
    return child;
  }
}

/** A Redis process. */
export class Node {
  private shared: Redis | undefined;

  constructor(
    readonly address: string,
    readonly process: ChildProcess,
    private readonly connect: () => Redis,
  ) {}

  /** Runs a command as one who may do everything. */
  call(command: string, ...args: string[]): Promise<unknown> {
    this.shared ??= this.connect();
    return this.shared.call(command, ...args);
  }

  /** What it says of itself. */
  async info(section: string): Promise<string> {
    return String(await this.call('INFO', section));
  }

  /** Makes it master as a Sentinel does, which ends all other clients' connections. */
  async promote(): Promise<void> {
    await this.call('MULTI');
    await this.call('REPLICAOF', 'NO', 'ONE');
    await this.call('CLIENT', 'KILL', 'TYPE', 'normal');
    await this.call('EXEC');
  }

  /** Makes it a replica. */
  async follow(master: Node, port: number): Promise<void> {
    await this.call('REPLICAOF', master.address, String(port));
  }

  /** Returns when it is in sync with its master. */
  async following(): Promise<void> {
    await until(async () => (await this.info('replication')).includes('master_link_status:up\r'));
  }

  /** Returns when that many of its replicas listen. */
  async replicated(count: number): Promise<void> {
    await until(async () => (await this.info('replication')).includes(`min_slaves_good_slaves:${count}\r`));
  }
}

/** Answer of the proxy's status port; undefined while there is none. */
export async function status(conf: HaproxyConf, path: string): Promise<number | undefined> {
  return fetch(`http://127.0.0.1:${conf.statusPort}${path}`).then(
    (answer) => answer.status,
    () => undefined,
  );
}

/** Returns when a condition holds. */
export async function until(holds: () => Promise<boolean>, seconds = 15): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`still not so after ${seconds} s: ${holds.toString()}`);
    await new Promise((wait) => setTimeout(wait, 5));
  }
}

/** Milliseconds until the proxy has closed a connection that says nothing; undefined when it keeps it for a second. */
export function closedAfter(port: number): Promise<number | undefined> {
  const began = performance.now();
  return new Promise((done) => {
    const socket = dial(port, '127.0.0.1');
    const timer = setTimeout(() => (socket.destroy(), done(undefined)), 1000);
    socket.on('error', () => undefined).resume();
    socket.on('close', () => (clearTimeout(timer), done(performance.now() - began)));
  });
}
