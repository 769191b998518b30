import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sleep } from '../../local/exec';
import { parseHistory } from './analysis/history';
import { runResult, type RunResult } from './analysis/report';
import { Inside } from './inside';
import type { Kind } from './inside/clients';
import type { LoadPlan } from './inside/load';
import type { Endpoint } from './inside/place';
import type { Site, System } from './systems/system';
import { Watcher } from './watcher';

/** What a fault finds. */
export interface Scene {
  readonly watcher: Watcher;
  /** Who is master when the fault begins. */
  readonly master: Endpoint;
  readonly replicas: readonly Endpoint[];
}

/** Takes back what was prepared; told who looks on then. */
export type Undo = (watcher: Watcher) => Promise<void>;

/** How one run of a case goes. */
export interface Fault {
  /** Prepares what the fault needs, before there is load. @returns what undoes it after the run, whatever comes */
  readonly prepare?: (scene: Scene) => Promise<Undo | undefined>;
  /** Breaks something, and mends it where that is a person's part. */
  readonly strike: (scene: Scene) => Promise<void>;
  /** Whether there are clients on the master's machine, too. @default only elsewhere */
  readonly clientsNearMaster?: boolean;
  /** Seconds until all is in sync again, at most. @default 60 */
  readonly within?: number;
}

/** Bytes that replicas may lack while there is load. */
const underLoad = 2 ** 20;
const baselineMs = 2000;

/**
 * Writers of each kind, and how often each writes: with three kinds about five hundred writes a second, so that clients take
 * little of the processors that they share with the cluster.
 */
const pace = { writers: 3, everyMs: 18 };

/** The kinds of clients that a system has. */
const kindsOf = ({ place }: System): Kind[] => [
  'sentinel',
  'follow',
  ...(place.proxy ? (['proxy'] as const) : []),
];

/**
 * One run: a settled system under load, the fault, time to settle, a look for every acknowledged write.
 * @throws when it does not settle, with what was seen
 */
export async function run(system: System, fault: Fault): Promise<RunResult> {
  const folder = mkdtempSync(join(tmpdir(), 'session-database-chaos-'));
  const loads: Inside[] = [];
  let undo: Undo | undefined;
  let watcher = await Watcher.start(system);
  try {
    const scene = async (lag: number): Promise<Scene> => {
      const { master } = await watcher.settled(120, lag);
      return { watcher, master, replicas: system.place.redis.filter(({ name }) => name !== master.name) };
    };
    const { master: now } = await scene(0);
    await system.refresh?.(now.name);
    undo = await fault.prepare?.(await scene(0));
    const { master: first } = await scene(0);
    // What happens to the master's machine must not happen to who looks on.
    const away: Site = { awayFrom: first.name };
    await watcher.stop();
    watcher = await Watcher.start(system, away);
    const kinds = kindsOf(system);
    const files: string[] = [];
    const startLoad = async (site: Site) => {
      const file = join(folder, `${files.length}.jsonl`);
      files.push(file);
      const tag = `chaos-${Date.now()}-${files.length}`;
      const replicas = Math.floor(system.place.redis.length / 2);
      const plan: LoadPlan = { place: system.place, kinds, ...pace, replicas, tag, file };
      loads.push(await Inside.start(system, 'load.ts', plan, undefined, site));
    };
    await startLoad(away);
    if (fault.clientsNearMaster) await startLoad({ near: first.name });
    await writing(files, kinds, watcher);
    await sleep(baselineMs);
    const before = await scene(underLoad);

    watcher.claimed = 0;
    const faultAt = Date.now();
    await fault.strike(before);
    const settled = await watcher.settled(fault.within ?? 60, underLoad);
    await sleep(baselineMs / 2); // all writers have found the master, or have not
    const endAt = Date.now();
    await Promise.all(loads.map((load) => load.stop()));
    loads.length = 0;

    const { master } = await watcher.settled(30);
    const missing: string[] = [];
    const verify = await Inside.start(system, 'verify.ts', { place: system.place, master, files }, (line) =>
      missing.push(...(JSON.parse(line) as string[])),
    );
    await verify.stop(120);
    const history = parseHistory(files.map((file) => readFileSync(file, 'utf8')).join(''));
    return runResult(history, {
      ...{ faultAt, endAt, settledAt: settled.at },
      ...{ kinds, missing: new Set(missing), claimed: watcher.claimed },
    });
  } finally {
    for (const load of loads) await load.kill();
    try {
      await undo?.(watcher);
    } finally {
      await watcher.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

/** Waits until every load writes, and every kind of client in it. */
async function writing(files: readonly string[], kinds: readonly Kind[], watcher: Watcher): Promise<void> {
  const acknowledged = (file: string): ReadonlySet<Kind> => {
    try {
      const { acks } = parseHistory(readFileSync(file, 'utf8'));
      return new Set(acks.map(({ kind }) => kind));
    } catch {
      return new Set(); // not made yet, or half a line of it
    }
  };
  await watcher.until(`the first writes of clients of kind ${kinds.join(', ')}`, 30, () =>
    files.every((file) => {
      const writers = acknowledged(file);
      return kinds.every((kind) => writers.has(kind));
    }),
  );
}
