import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ConnectionOptions, createSecureContext, type SecureContext } from 'node:tls';
import Redis, { type RedisOptions } from 'ioredis';

/** A host and port of one server, under the name of its pod. */
export interface Endpoint {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

export interface Login {
  readonly username: string;
  readonly password: string;
}

/** All that clients need to reach a group of Redis servers and Sentinels; plain data, as it goes through a pipe. */
export interface Place {
  readonly redis: readonly Endpoint[];
  readonly sentinels: readonly Endpoint[];
  /** Name under which Sentinels know the master. */
  readonly masterName: string;
  /** The one writable address, where there is one. */
  readonly proxy?: Endpoint;
  /** Folder with ca.crt, tls.crt and tls.key of applications. @default plaintext */
  readonly certificates?: string;
  readonly application: Login;
  readonly admin: Login;
  /** How applications log in at Sentinels. @default they need not */
  readonly atSentinels?: Login;
}

/** The last context that was made of files, and their text. */
let made: { readonly text: string; readonly context: SecureContext } | undefined;

/** Made of a folder's files once, as a program does: it takes about as long as the connection itself. */
function contextOf(folder: string): SecureContext {
  const [ca, cert, key] = ['ca.crt', 'tls.crt', 'tls.key'].map((name) =>
    readFileSync(join(folder, name), 'utf8'),
  );
  const text = `${ca}${cert}${key}`;
  if (made?.text !== text) made = { text, context: createSecureContext({ ca, cert, key }) };
  return made.context;
}

/**
 * How a client speaks TLS: its files are looked at for each connection, as they may have been renewed.
 * @param servername - name that the server's certificate is to be for. @default the host that is dialled
 */
export function tlsOf(
  { certificates: folder }: Place,
  servername?: string,
): { readonly tls?: ConnectionOptions } {
  if (folder === undefined) return {};
  return {
    tls: {
      ...(servername === undefined ? {} : { servername }),
      get secureContext() {
        return contextOf(folder);
      },
    },
  };
}

/** Options of a connection that is made once, tells of every failure and never waits long. */
export function once(place: Place, login: Login | undefined, { host, port }: Endpoint): RedisOptions {
  return {
    host,
    port,
    ...login,
    ...tlsOf(place),
    lazyConnect: true,
    enableReadyCheck: false,
    retryStrategy: null,
    maxRetriesPerRequest: 0,
    connectTimeout: 300,
    commandTimeout: 300,
    disconnectTimeout: 0,
  };
}

/** A client whose failures are told by its calls alone. */
export function quiet(options: Omit<RedisOptions, 'replyMapping'>): Redis {
  const client = new Redis(options);
  client.on('error', () => undefined);
  return client;
}

/** What INFO says, by its field names. */
export function parseInfo(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    text.split(/\r?\n/).flatMap((line) => {
      const at = line.indexOf(':');
      return at > 0 ? [[line.slice(0, at), line.slice(at + 1)]] : [];
    }),
  );
}
