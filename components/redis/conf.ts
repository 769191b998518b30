import { bytes } from '../kubernetes/quantity';

/** What of redis.conf differs between stacks. */
export interface RedisConf {
  /** Memory for data, as a quantity. */
  readonly maxmemory: string;
  readonly maxClients: number;
  readonly port: number;
  /** Path of the socket for those who are in the pod, as its user only. */
  readonly socket: string;
  /** @default plaintext */
  readonly tls?: TlsConf;
  /** Path of the ACL file. */
  readonly aclFile: string;
  /** Folder of the data, writable and lasting. */
  readonly dataFolder: string;
  /** Set where there are replicas. @default a server alone */
  readonly replication?: ReplicationConf;
}

/** How Redis speaks TLS; its port then takes nothing else. */
export interface TlsConf {
  /** Folder with `ca.crt`, `tls.crt` and `tls.key`. */
  readonly folder: string;
  /** Whether a client must show a certificate. One that is shown must be good in any case. */
  readonly clientCertificates: 'required' | 'optional';
}

/** What a group of Redis servers has beyond one alone. */
export interface ReplicationConf {
  /** Replicas that must be there for a master to take writes. */
  readonly minReplicas: number;
}

/** Seconds without a word after which a replica no longer counts as being there: the least that a healthy one, which speaks
 * every second, never misses. A master that is cut off takes writes for no longer. */
const maxLagSeconds = 3;

/** Bytes of the last writes that are kept for replicas that were away: an eighth of the data's memory, within bounds. */
const backlogBytes = (maxmemory: string): number =>
  Math.min(Math.max(Math.floor(bytes(maxmemory) / 8), 16 * 2 ** 20), 256 * 2 ** 20);

/** The text of redis.conf, by subject. */
export function redisConf(conf: RedisConf): string {
  const sections: Readonly<Record<string, readonly string[]>> = {
    'Network. A session client keeps its connection open, so idle ones are not closed; dead ones are found by keepalive.':
      [
        'bind * -::*',
        `port ${conf.tls === undefined ? conf.port : 0}`,
        `unixsocket ${conf.socket}`,
        'unixsocketperm 700',
        'protected-mode yes',
        'tcp-backlog 511',
        'tcp-keepalive 60',
        'timeout 0',
        `maxclients ${conf.maxClients}`,
      ],
    ...(conf.tls === undefined ? {} : tls(conf.tls, conf.port)),
    'Process: in the foreground, logging to standard output.': [
      'daemonize no',
      'supervised no',
      'logfile ""',
      'loglevel notice',
      'databases 1',
    ],
    'Access: users from the ACL file only, and no way to change what the program has set.': [
      `aclfile ${conf.aclFile}`,
      'acllog-max-len 128',
      'enable-debug-command no',
      'enable-module-command no',
      'enable-protected-configs no',
    ],
    'Memory: when full, keys with a TTL go, the least recently used first; keys without one are never evicted.':
      [`maxmemory ${bytes(conf.maxmemory)}`, 'maxmemory-policy volatile-lru', 'maxmemory-samples 10'],
    'Memory of a session: a hash of a dozen short fields and a user agent stays a listpack, a fraction of a hash table.':
      ['hash-max-listpack-entries 32', 'hash-max-listpack-value 512'],
    "Freeing in the background, so that no client waits for another one's deletions.": [
      'lazyfree-lazy-eviction yes',
      'lazyfree-lazy-expire yes',
      'lazyfree-lazy-server-del yes',
      'lazyfree-lazy-user-del yes',
      'lazyfree-lazy-user-flush yes',
    ],
    'Persistence: at most a second of writes is lost with the process, and snapshots are there to be copied.':
      [
        `dir ${conf.dataFolder}`,
        'appendonly yes',
        'appendfsync everysec',
        'no-appendfsync-on-rewrite no',
        'aof-use-rdb-preamble yes',
        'aof-load-truncated yes',
        'auto-aof-rewrite-percentage 100',
        'auto-aof-rewrite-min-size 64mb',
        // The append-only file is what a start loads. A snapshot stops a large Redis for a moment, so there is one an hour.
        'save 3600 1',
        'dbfilename dump.rdb',
        'rdbcompression yes',
        'rdbchecksum yes',
        'stop-writes-on-bgsave-error yes',
      ],
    ...(conf.replication === undefined ? {} : replication(conf, conf.replication)),
    // Without a snapshot: no start would load it, and writing it holds up the pod, its disk and a drain.
    'Stopping: on SIGTERM the append-only file is brought to the disk, and replicas get what they lack.': [
      'shutdown-on-sigterm nosave',
      'shutdown-timeout 10',
    ],
    // The slow log keeps arguments, and so ids of sessions, for whoever may read it; histograms tell how long commands take.
    'Watching: times are kept, calls are not.': [
      'slowlog-log-slower-than -1',
      'slowlog-max-len 0',
      'latency-monitor-threshold 100',
    ],
  };
  return confText(sections);
}

/** The text of a configuration whose sections are named by their subject. */
export const confText = (sections: Readonly<Record<string, readonly string[]>>): string =>
  Object.entries(sections)
    .map(([subject, lines]) => `# ${subject}\n${lines.join('\n')}\n`)
    .join('\n');

/** How a server or a Sentinel speaks TLS, as sections of its configuration. */
export function tls(
  { folder, clientCertificates }: TlsConf,
  port: number,
): Readonly<Record<string, readonly string[]>> {
  return {
    'TLS: nothing else is spoken on the network, replication included.': [
      `tls-port ${port}`,
      `tls-cert-file ${folder}/tls.crt`,
      `tls-key-file ${folder}/tls.key`,
      `tls-ca-cert-file ${folder}/ca.crt`,
      `tls-auth-clients ${clientCertificates === 'required' ? 'yes' : 'optional'}`,
      'tls-protocols "TLSv1.2 TLSv1.3"',
      'tls-prefer-server-ciphers yes',
      'tls-session-caching yes',
      'tls-replication yes',
    ],
  };
}

function replication(
  { maxmemory }: RedisConf,
  { minReplicas }: ReplicationConf,
): Readonly<Record<string, readonly string[]>> {
  const backlog = backlogBytes(maxmemory);
  return {
    'Replication: a master that has lost its replicas stops taking writes, which nobody would know of after a failover.':
      [
        `min-replicas-to-write ${minReplicas}`,
        `min-replicas-max-lag ${maxLagSeconds}`,
        'replica-serve-stale-data yes',
        'replica-read-only yes',
        'replica-priority 100',
      ],
    'Replication after an absence: by the last writes where they are still there, else by all data, straight to the network.':
      [
        `repl-backlog-size ${backlog}`,
        'repl-backlog-ttl 0',
        'repl-diskless-sync yes',
        'repl-diskless-sync-delay 0',
        'repl-diskless-load disabled',
        'repl-timeout 30',
        'repl-disable-tcp-nodelay no',
        // A replica that is slower than that begins anew instead of filling the master's memory.
        `client-output-buffer-limit replica ${4 * backlog} ${2 * backlog} 60`,
      ],
  };
}
