import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const own = join(resolve(__dirname, '..', '..', '..'), '.platform', 'bin', 'kubectl');
/** The local platform's kubectl where there is one, else that of the PATH. KUBECONFIG says which cluster. */
const kubectl = existsSync(own) ? own : 'kubectl';

/** One connection that is tried: TCP to a port of a host, an address or a name. */
export interface Target {
  readonly host: string;
  readonly port: number;
}

/** A running bash in a pod; its commands run one after the other. */
export class Shell {
  private readonly process: ChildProcessWithoutNullStreams;
  private readonly waiting: { done: (line: string) => void; fail: (error: Error) => void }[] = [];

  constructor(namespace: string, pod: string) {
    let errors = '';
    this.process = spawn(kubectl, ['exec', '-i', '-n', namespace, pod, '--', 'bash']);
    createInterface({ input: this.process.stdout }).on('line', (line) => this.waiting.shift()?.done(line));
    this.process.stderr.on('data', (text: Buffer) => (errors += text.toString()));
    this.process.once('close', () => {
      for (const { fail } of this.waiting)
        fail(new Error(`the shell in ${namespace}/${pod} ended: ${errors}`));
    });
  }

  /** Runs a command that prints one line, and gives that line. */
  line(command: string): Promise<string> {
    return new Promise((done, fail) => {
      this.waiting.push({ done, fail });
      this.process.stdin.write(`${command}\n`);
    });
  }

  /** Tries all targets at once, each with a time limit of one second; true for each that answered. */
  async reaches(targets: readonly Target[]): Promise<boolean[]> {
    const tries = targets.map(
      ({ host, port }, i) =>
        `{ [ "$(timeout 1 redis-cli -h ${host} -p ${port} ping 2>/dev/null)" = PONG ] && echo ${i}; } &`,
    );
    const line = await this.line(`echo $( { ${tries.join(' ')} wait; } )`);
    return targets.map((_, i) => line.split(' ').includes(String(i)));
  }

  /**
   * Waits until new connections to a target succeed, or fail.
   *
   * @returns the moment (performance.now) at which the first attempt of that outcome began
   */
  async becomes(open: boolean, { host, port }: Target): Promise<number> {
    const attempt = `timeout 0.3 bash -c ': </dev/tcp/${host}/${port}' 2>/dev/null`;
    const line = await this.line(
      `for i in {1..500}; do t=$EPOCHREALTIME; ${open ? '' : '! '}${attempt} && break; sleep 0.01; done; ` +
        `echo $(( \${EPOCHREALTIME/./} - \${t/./} ))`,
    );
    return performance.now() - Number(line) / 1000;
  }

  close(): void {
    this.process.stdin.end();
  }
}

/** The API of the cluster that KUBECONFIG names, by a proxy of kubectl's. */
export class Api {
  private constructor(
    private readonly process: ChildProcessWithoutNullStreams,
    private readonly url: string,
  ) {}

  static async start(): Promise<Api> {
    const child = spawn(kubectl, ['proxy', '--port=0']);
    let errors = '';
    child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
    const address = await new Promise<string>((done, fail) => {
      createInterface({ input: child.stdout }).once('line', (line) => done(line.split(' ').at(-1) ?? ''));
      child.once('error', fail);
      child.once('close', () => {
        fail(new Error(`kubectl proxy ended: ${errors}`));
      });
    });
    return new Api(child, `http://${address}`);
  }

  async request<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text) as T;
  }

  /** Asks until the answer passes, at most a minute long. */
  async until<T>(path: string, passes: (answer: T) => boolean): Promise<T> {
    const deadline = Date.now() + 60_000;
    for (;;) {
      const answer = await this.request<T>('GET', path);
      if (passes(answer)) return answer;
      if (Date.now() > deadline)
        throw new Error(`${path}: not as wanted after 60 s: ${JSON.stringify(answer)}`);
      await new Promise((done) => setTimeout(done, 100));
    }
  }

  close(): void {
    this.process.kill();
  }
}
