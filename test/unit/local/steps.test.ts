import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { limited, Steps, unchanged } from '../../../local/steps';

const line = (mark: string, name: string, outcome: string, seconds: string) =>
  `  ${mark} ${name.padEnd(44)} ${outcome.padEnd(9)} ${seconds.padStart(7)} s`;

describe('steps', () => {
  let said: string[];
  let steps: Steps;
  beforeEach(() => {
    jest.useFakeTimers();
    said = [];
    steps = new Steps((text) => said.push(text));
  });
  afterEach(() => jest.useRealTimers());

  const after = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

  it('give what their work gives, and say how long it took', async () => {
    const step = steps.step('build', async () => {
      await after(1250);
      return 'folder';
    });
    await jest.advanceTimersByTimeAsync(1250);
    expect(await step).toBe('folder');
    expect(said).toEqual([line('✔', 'build', '', '1.3')]);
    expect(steps.results).toEqual([{ name: 'build', seconds: 1.3, outcome: 'done' }]);
    expect(steps.elapsed).toBe(1.3);
  });

  it('say that there was nothing to do, and give what was there', async () => {
    expect(await steps.step('images', () => Promise.resolve(unchanged(['redis'])))).toEqual(['redis']);
    expect(said).toEqual([line('·', 'images', 'unchanged', '0.0')]);
    expect(steps.results).toEqual([{ name: 'images', seconds: 0, outcome: 'unchanged' }]);
  });

  it('pass a failure on, and say that they failed', async () => {
    const failure = new Error('no space left');
    await expect(steps.step('build', () => Promise.reject(failure))).rejects.toBe(failure);
    expect(said).toEqual([line('✖', 'build', '', '0.0')]);
    expect(steps.results).toEqual([{ name: 'build', seconds: 0, outcome: 'failed' }]);
  });

  it('that last tell every 20 s that they are still at it, with their last news', async () => {
    const step = steps.step('build', async (progress) => {
      await after(30_000);
      progress(`  compiling kube ${'x'.repeat(200)}`);
      await after(15_000);
    });
    await jest.advanceTimersByTimeAsync(20_000);
    expect(said).toEqual(['    build: still at it after 20 s']);
    await jest.advanceTimersByTimeAsync(20_000);
    expect(said[1]).toBe(`    build: still at it after 40 s (compiling kube ${'x'.repeat(75)})`);
    await jest.advanceTimersByTimeAsync(5000);
    await step;
    await jest.advanceTimersByTimeAsync(60_000);
    expect(said).toHaveLength(3);
  });

  it('of a run are written as JSON, into a folder that is made', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'steps-'));
    try {
      jest.setSystemTime(new Date('2026-01-01T10:00:00Z'));
      steps = new Steps(() => undefined);
      const step = steps.step('node-1', () => after(2000));
      await jest.advanceTimersByTimeAsync(2000);
      await step;
      steps.write(join(folder, 'results', 'up.json'));
      expect(JSON.parse(readFileSync(join(folder, 'results', 'up.json'), 'utf8'))).toEqual({
        finished: '2026-01-01T10:00:02.000Z',
        seconds: 2,
        steps: [{ name: 'node-1', seconds: 2, outcome: 'done' }],
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('a limit', () => {
  it('lets no more work run at once, starts the rest in order, and takes failures as ends', async () => {
    const slot = limited(2);
    const events: string[] = [];
    let running = 0;
    let most = 0;
    const work = (name: string, fails = false) =>
      slot(async () => {
        events.push(`start ${name}`);
        most = Math.max(most, ++running);
        await new Promise((done) => setImmediate(done));
        running--;
        if (fails) throw new Error(name);
        return name;
      });
    const results = await Promise.allSettled([work('a', true), work('b'), work('c'), work('d')]);
    expect(most).toBe(2);
    expect(events).toEqual(['start a', 'start b', 'start c', 'start d']);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled', 'fulfilled']);
  });
});
