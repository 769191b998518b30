import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Redis from 'ioredis';
import { aclFile } from '../../../components/credentials/aclFile';
import { type RoleName, roles as commonRoles, tlsRoles } from '../../../components/credentials/roles';
import { redisConf, type TlsConf } from '../../../components/redis/conf';
import { sessionLibrary, type SessionSettings } from '../../../components/sessions/library';
import { type Files, mount } from './certificates';
import { imageProgram } from './image';

const day = 86_400;

/** What the library is loaded with where a test says nothing else: the platform's defaults. */
export const settings: SessionSettings = {
  sessions: { ttl: 3600, maxAge: 30 * day, perUser: 5 },
  refreshTokens: { ttl: 7 * day, maxAge: 90 * day, perUser: 3 },
  deletionTokens: { ttl: day, maxAge: 7 * day, perUser: 3 },
  maxFields: 30,
  maxBytes: 16_384,
};

/** Password of a role in these tests. */
export const passwordOf = (role: RoleName): string => `password-of-${role}`;

/** A server that speaks TLS: its own files, and those that its clients have where a test says nothing else. */
export interface ServerTls extends Pick<TlsConf, 'clientCertificates'> {
  readonly server: Files;
  readonly client: Files;
}

const roles = [...commonRoles, ...tlsRoles];

/** A Redis of the platform's image, configuration and roles, on loopback and in a folder of its own. */
export class RedisServer {
  private process: ChildProcess | undefined;
  private log = '';
  private readonly clients: Redis[] = [];
  private readonly shared = new Map<RoleName, Redis>();

  private constructor(
    readonly folder: string,
    readonly port: number,
    private readonly tls: ServerTls | undefined,
  ) {}

  /**
   * Starts one.
   * @param data - a folder with files of another server to start from
   * @param tls - @default plaintext
   */
  static async start(data?: string, tls?: ServerTls): Promise<RedisServer> {
    const folder = mkdtempSync(join(tmpdir(), 'session-database-functions-'));
    const server = new RedisServer(folder, await freePort(), tls);
    if (data === undefined) mkdirSync(server.data);
    else cpSync(data, server.data, { recursive: true });
    const acl = join(folder, 'users.acl');
    writeFileSync(
      acl,
      aclFile(roles).text(Object.fromEntries(roles.map(({ name }) => [name, passwordOf(name)]))),
    );
    const conf = redisConf({
      maxmemory: '1Gi',
      maxClients: 1000,
      port: server.port,
      socket: server.socket,
      ...(tls === undefined
        ? {}
        : { tls: { folder: server.tlsFolder, clientCertificates: tls.clientCertificates } }),
      aclFile: acl,
      dataFolder: server.data,
    });
    // No snapshots: a test that kills the server wants the append-only file alone.
    if (tls !== undefined) mount(server.tlsFolder, tls.server);
    writeFileSync(join(folder, 'redis.conf'), `${conf}\nbind 127.0.0.1\nsave ""\n`);
    await server.run();
    return server;
  }

  /** Folder of its data. */
  get data(): string {
    return join(this.folder, 'data');
  }

  /** Its socket, for those who are in its pod. */
  get socket(): string {
    return join(this.folder, 'redis.sock');
  }

  /** Folder of its certificate. */
  get tlsFolder(): string {
    return join(this.folder, 'tls');
  }

  /** Runs it on its data; returns when it serves. */
  async run(): Promise<void> {
    const [program, ...args] = imageProgram('redis-server');
    const child = spawn(program, [...args, join(this.folder, 'redis.conf')], { stdio: 'pipe' });
    this.process = child;
    child.stdout.on('data', (text: Buffer) => (this.log += text.toString()));
    child.stderr.on('data', (text: Buffer) => (this.log += text.toString()));
    const began = this.log.length;
    while (!this.log.slice(began).includes('Ready to accept connections')) {
      if (child.exitCode !== null) throw new Error(`redis-server ended:\n${this.log}`);
      await new Promise((wait) => setTimeout(wait, 5));
    }
  }

  /** What it has logged. */
  get logged(): string {
    return this.log;
  }

  /** Ends the process at once, with nothing saved. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.process!;
    const ended = new Promise((done) => child.once('close', done));
    child.kill(signal);
    await ended;
    this.shared.clear();
    this.clients.splice(0).forEach((client) => client.disconnect());
  }

  /** A client as a role, the same for all who ask. */
  as(role: RoleName): Redis {
    const client = this.shared.get(role) ?? this.connect(role);
    this.shared.set(role, client);
    return client;
  }

  /** A client as a role, with a connection of its own; failures are not tried again. */
  connect(role: RoleName, tls: Partial<Files> | undefined = this.tls?.client): Redis {
    const client = new Redis({
      host: '127.0.0.1',
      port: this.port,
      ...(tls === undefined ? {} : { tls: { ca: tls['ca.crt'], cert: tls['tls.crt'], key: tls['tls.key'] } }),
      username: role,
      password: passwordOf(role),
      enableReadyCheck: false,
      retryStrategy: null,
      maxRetriesPerRequest: 0,
      disconnectTimeout: 0,
    });
    client.on('error', () => undefined); // the call that fails tells
    this.clients.push(client);
    return client;
  }

  /** Loads the library as the Job does. */
  async load(of: SessionSettings = settings): Promise<void> {
    await this.as('deployer').call('FUNCTION', 'LOAD', 'REPLACE', sessionLibrary(of).code);
  }

  /** The append-only file's last part. */
  get appendOnlyFile(): string {
    const folder = join(this.data, 'appendonlydir');
    const manifest = readFileSync(join(folder, 'appendonly.aof.manifest'), 'utf8');
    return join(folder, /file (\S+) seq \d+ type i/.exec(manifest)![1]!);
  }

  /** Ends it and removes its folder. */
  async remove(): Promise<void> {
    this.clients.forEach((client) => client.disconnect());
    if (this.process?.exitCode === null && this.process.signalCode === null) await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A port that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => done(port));
    });
  });
}
