import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandError, identify, isAlive, run, sleep, succeeds, until } from '../../../local/exec';

const node = process.execPath;
const failure = (promise: Promise<unknown>): Promise<CommandError> =>
  promise.then(
    () => {
      throw new Error('it succeeded');
    },
    (error: unknown) => error as CommandError,
  );

describe('a command', () => {
  it('gives its standard output, and only that', async () => {
    expect(await run(node, ['-e', 'console.log("out"); console.error("err")'])).toBe('out\n');
  });

  it('gets input, folder and environment', async () => {
    const script =
      'process.stdin.pipe(process.stdout); console.log(process.cwd(), process.env.ADDED, "PATH" in process.env)';
    const output = await run(node, ['-e', script], { input: 'in', cwd: '/', env: { ADDED: 'yes' } });
    expect(output).toBe('/ yes true\nin');
  });

  it('tells each line as a whole, the last one too when it does not end', async () => {
    const lines: string[] = [];
    const script =
      'process.stdout.write("one\\ntw"); setTimeout(() => process.stdout.write("o\\nthree"), 50)';
    await run(node, ['-e', script], { onLine: (line) => lines.push(line) });
    expect(lines).toEqual(['one', 'two', 'three']);
  });

  it('adds both outputs to its log, whose folder is made, and has written it when it ends', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'exec-'));
    try {
      const logFile = join(folder, 'logs', 'apt.log');
      await run(node, ['-e', 'console.log("first")'], { logFile });
      await run(node, ['-e', 'console.error("second")'], { logFile });
      expect(readFileSync(logFile, 'utf8')).toBe('first\nsecond\n');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('that fails is named with its first arguments, status, last 15 lines and log', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'exec-'));
    try {
      const logFile = join(folder, 'log');
      const script = 'for (let i = 1; i <= 20; i++) console.error(`line ${i}`); process.exitCode = 3';
      const error = await failure(run(node, ['-e', script, 'second', 'third', 'fourth'], { logFile }));
      const tail = Array.from({ length: 15 }, (_, index) => `line ${index + 6}`).join('\n');
      expect(error).toBeInstanceOf(CommandError);
      expect(error.command).toBe(`${node} -e ${script} second`);
      expect(error.tail).toBe(tail);
      expect(error.message).toBe(
        `${node} -e ${script} second: exit status 3\n${tail}\nThe whole log: ${logFile}`,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('that says nothing and has no log is told of in one line', async () => {
    const error = await failure(run(node, ['-e', 'process.exitCode = 2']));
    expect(error.message).toBe(`${node} -e process.exitCode = 2: exit status 2`);
  });

  it('that does not exist fails as a command, not as a crash', async () => {
    const error = await failure(run('/nonexistent/command', ['x']));
    expect(error).toBeInstanceOf(CommandError);
    expect(error.message).toBe('/nonexistent/command x: spawn /nonexistent/command ENOENT');
  });

  it('that takes too long is killed', async () => {
    const error = await failure(run(node, ['-e', 'setInterval(() => {}, 1000)'], { timeout: 200 }));
    expect(error.status).toBe('killed by SIGKILL');
  });

  it('may leave its input unread', async () => {
    const input = 'x'.repeat(1 << 20);
    expect(await run(node, ['-e', 'process.stdin.destroy(); console.log("done")'], { input })).toBe('done\n');
  });

  it('can be asked for its success alone', async () => {
    expect(await succeeds(node, ['-e', ''])).toBe(true);
    expect(await succeeds(node, ['-e', 'process.exitCode = 1'])).toBe(false);
    expect(await succeeds('/nonexistent/command', [])).toBe(false);
  });
});

describe('a process', () => {
  it('is known by its id and start time while it lives', async () => {
    const child = spawn(node, ['-e', 'setInterval(() => {}, 1000)']);
    const identity = identify(child.pid ?? -1);
    expect(identity).toEqual({ pid: child.pid, startTime: expect.stringMatching(/^\d+$/) as string });
    expect(isAlive(identity!)).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'close');
    expect(isAlive(identity!)).toBe(false);
    expect(identify(child.pid!)).toBeUndefined();
  });

  it('is not taken for another that has its id now', () => {
    const identity = identify(process.pid)!;
    expect(isAlive(identity)).toBe(true);
    expect(isAlive({ ...identity, startTime: String(Number(identity.startTime) - 1) })).toBe(false);
  });

  it('has its start time read rightly whatever its name is', async () => {
    const name = 'process.title = ") S 1 (x"; setInterval(() => {}, 1000); console.log("ready")';
    const child = spawn(node, ['-e', name]);
    try {
      await once(child.stdout, 'data');
      expect(readFileSync(`/proc/${child.pid}/stat`, 'utf8')).toContain('() S 1 (x)');
      const { startTime } = identify(child.pid!)!;
      const own = identify(process.pid)!;
      // In clock ticks after boot: after this process, and not by a day.
      expect(Number(startTime)).toBeGreaterThan(Number(own.startTime));
      expect(Number(startTime)).toBeLessThan(Number(own.startTime) + 100 * 24 * 3600);
    } finally {
      child.kill('SIGKILL');
      await once(child, 'close');
    }
  });

  it('that has ended but was not waited for counts as none', async () => {
    // sh starts a child and becomes a program that never waits for it.
    const script = 'sleep 0.2 & echo $!; exec sleep 60';
    const child = spawn('sh', ['-c', script]);
    try {
      const [output] = (await once(child.stdout, 'data')) as [Buffer];
      const zombie = Number(output.toString());
      await until('the end of the child', 5, () => identify(zombie) === undefined, 10);
      expect(readFileSync(`/proc/${zombie}/stat`, 'utf8')).toContain(') Z ');
    } finally {
      child.kill('SIGKILL');
      await once(child, 'close');
    }
  });
});

describe('waiting until something is so', () => {
  it('asks again until it is', async () => {
    let asked = 0;
    await until('it', 1, () => ++asked === 3, 1);
    expect(asked).toBe(3);
  });

  it('takes a failing question as a no', async () => {
    let asked = 0;
    const probe = () => (++asked < 3 ? Promise.reject(new Error('refused')) : Promise.resolve(true));
    await until('it', 1, probe, 1);
    expect(asked).toBe(3);
  });

  it('gives up in time, with what it waited for and the last failure', async () => {
    let asked = 0;
    const probe = () => {
      asked++;
      throw new Error(`refused ${asked}`);
    };
    await expect(until('an answer', 0.03, probe, 5)).rejects.toThrow(
      /^an answer did not happen within 0\.03 s: refused \d+$/,
    );
    expect(asked).toBeGreaterThan(1);
  });

  it('gives up without a reason where the answer was no', async () => {
    await expect(until('an answer', 0.01, () => false, 5)).rejects.toThrow(
      /^an answer did not happen within 0\.01 s$/,
    );
  });

  it('sleeps between its questions', async () => {
    const begun = Date.now();
    await sleep(50);
    expect(Date.now() - begun).toBeGreaterThanOrEqual(49);
  });
});
