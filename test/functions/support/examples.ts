import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { run } from '../../../local/exec';
import { checkout, paths } from '../../../local/paths';
import type { Program } from './image';

/** What every example prints. */
export const printed = `ping: PONG
session_create: done
session_get: device phone, theme dark
session_touch: device phone
session_list: this session, device phone, 20 minutes to live
refresh_issue: done
refresh_rotate: device phone
refresh_rotate of a used token: REUSED
refresh_get: none
session_revoke: 1
session_get: none
`;

const folder = (language: string): string => join(checkout, 'examples', language);

/** The example for Node.js: it takes the ioredis of this repository. */
const nodeExample = (): Promise<Program> =>
  Promise.resolve([process.execPath, join(folder('node'), 'sessions.mjs')]);

/** The example for Python, in a virtual environment with what its requirements say: made once, kept in the cache. */
async function pythonExample(): Promise<Program> {
  const requirements = join(folder('python'), 'requirements.txt');
  // Debian's, which the platform installs: another one may lack the module venv.
  const python = '/usr/bin/python3';
  const version = await run(python, ['--version']);
  const mark = createHash('sha256').update(version).update(readFileSync(requirements)).digest('hex');
  const environment = join(paths.examples, `python-${mark.slice(0, 16)}`);
  const example: Program = [join(environment, 'bin', 'python'), join(folder('python'), 'sessions.py')];
  if (existsSync(environment)) return example;
  mkdirSync(dirname(environment), { recursive: true });
  const temporary = mkdtempSync(`${environment}-`);
  try {
    await run(python, ['-m', 'venv', temporary]);
    const install = ['-m', 'pip', 'install', '--quiet', '--require-hashes', '--requirement', requirements];
    await run(join(temporary, 'bin', 'python'), install);
    // Its python is a link and finds its modules from its place, so it may be moved; its scripts may not.
    renameSync(temporary, environment);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return example;
}

/** The example for Go, built into a folder. Go's own cache makes the second time short. */
async function goExample(into: string): Promise<Program> {
  const executable = join(into, 'sessions');
  // As the platform's tools are built: their compiled packages serve here, too.
  await run('go', ['build', '-trimpath', '-o', executable, '.'], {
    cwd: folder('go'),
    env: { CGO_ENABLED: '0' },
  });
  return [executable];
}

/** How each example is made ready, by its language; told a folder that it may write to. */
export const examples: Readonly<Record<string, (into: string) => Promise<Program>>> = {
  'Node.js': nodeExample,
  Python: pythonExample,
  Go: goExample,
};

/** A way to a port on which replies are lost: the connection ends instead. */
export interface LossyWay {
  readonly port: number;
  /** Names of the functions whose first reply was lost, in order. */
  readonly lost: readonly string[];
  readonly close: () => void;
}

/** Opens a way to a port that loses the first reply to each of some functions. */
export function lossyWay(to: number, functions: readonly string[]): Promise<LossyWay> {
  const left = new Set(functions);
  const lost: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const redis = connect(to, '127.0.0.1');
    const end = () => [client, redis].forEach((socket) => socket.destroy());
    for (const socket of [client, redis]) {
      sockets.add(socket);
      socket.on('error', end).on('close', end);
    }
    let sent = '';
    client.on('data', (data) => {
      sent += data.toString('latin1');
      redis.write(data);
    });
    redis.on('data', (data) => {
      // One call at a time is under way, so the reply is that of the call sent last.
      const name = [...left].find((each) => sent.includes(each));
      sent = '';
      if (name === undefined) return client.write(data);
      left.delete(name);
      lost.push(name);
      end();
    });
  });
  return new Promise((done) => {
    server.listen(0, '127.0.0.1', () =>
      done({
        port: (server.address() as AddressInfo).port,
        lost,
        close: () => {
          server.close();
          sockets.forEach((socket) => socket.destroy());
        },
      }),
    );
  });
}
