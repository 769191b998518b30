import { Agent, createServer, request as plain, type IncomingMessage, type Server } from 'node:http';
import { Agent as TlsAgent, request as encrypted } from 'node:https';
import type { MonitoringServerOutputs } from './stack';

/** A server of monitoring, through a tunnel. */
export interface Monitor {
  /** Asks it, logged in. @param path - with its query, such as `/api/v1/targets` */
  ask(path: string, options?: AskOptions): Promise<Answer>;
  close(): void;
}

export interface AskOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: IncomingMessage | string;
}

/** What it answers; the body is a stream. */
export type Answer = IncomingMessage;

/**
 * Reaches a server of monitoring.
 * @param tunnel - a port on loopback that leads to it
 * @param ca - whom its certificate has to be of, where it speaks TLS
 */
export function openMonitor(
  server: Pick<MonitoringServerOutputs, 'url' | 'username' | 'password'>,
  tunnel: { readonly port: number; readonly close: () => void },
  ca: string | undefined,
): Monitor {
  const { hostname, protocol } = new URL(server.url);
  const tls = protocol === 'https:';
  // Few connections, and kept: a tunnel may end with one that is closed hard.
  const few = { keepAlive: true, maxSockets: 6 };
  const agent = tls ? new TlsAgent({ ...few, servername: hostname, ca }) : new Agent(few);
  const authorization = `Basic ${Buffer.from(`${server.username}:${server.password}`).toString('base64')}`;
  return {
    ask: (path, { method = 'GET', headers = {}, body } = {}) =>
      new Promise((answered, failed) => {
        const options = {
          ...{ host: '127.0.0.1', port: tunnel.port, path, method },
          headers: { ...headers, host: hostname, authorization },
          agent,
          // Of silence, in milliseconds.
          timeout: 30_000,
        } as const;
        const asked = (tls ? encrypted : plain)(options, answered);
        asked.on('error', failed);
        asked.on('timeout', () => asked.destroy(new Error(`${server.url} does not answer`)));
        if (typeof body === 'object') body.pipe(asked);
        else asked.end(body);
      }),
    close: () => {
      agent.destroy();
      tunnel.close();
    },
  };
}

/** The whole of an answer as text. */
export async function textOf(answer: Answer): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of answer) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

/** Serves a monitor on a port of loopback, to whoever is on this computer: it logs in for them. */
export function serve(monitor: Monitor, port: number): Promise<Server> {
  const server = createServer((asked, answer) => {
    const { method = 'GET', url = '/', headers } = asked;
    const passed = Object.entries(headers).filter(([name]) => name !== 'host' && name !== 'authorization');
    monitor
      .ask(url, { method, headers: Object.fromEntries(passed) as Record<string, string>, body: asked })
      .then((got) => {
        answer.writeHead(got.statusCode ?? 502, got.headers);
        got.pipe(answer);
      })
      .catch((error: Error) => answer.writeHead(502).end(`${error.message}\n`));
  });
  return new Promise((listening, failed) => {
    server.on('error', failed);
    server.listen(port, '127.0.0.1', () => listening(server));
  });
}
