// Writers that note every acknowledged write and every failure, as a process of its own in the clients' network.
import { createWriteStream, existsSync, writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { clientOf, type Kind } from './clients';
import type { Place } from './place';
import { now, sleep, told, work } from './standardInput';
import { Writer } from './writer';

/** What the process is told on its standard input; it stops when that ends. */
export interface LoadPlan {
  readonly place: Place;
  readonly kinds: readonly Kind[];
  /** Writers of each kind; every second one waits for replicas. */
  readonly writers: number;
  /** Milliseconds between two writes of a writer. */
  readonly everyMs: number;
  /** Replicas that a waiting writer's write must have reached. */
  readonly replicas: number;
  /** Marks this load's users. */
  readonly tag: string;
  /** File of the records, JSON a line. */
  readonly file: string;
}

/**
 * Puts this process before all others: it stands for applications on computers of their own, whose processors no node of the cluster
 * uses. Linux takes the processes of a session for one where it has autogroups (sched(7)), so the session goes first, too.
 */
function goFirst(): void {
  const session = '/proc/self/autogroup';
  setPriority(constants.priority.PRIORITY_HIGH);
  if (existsSync(session)) writeFileSync(session, String(constants.priority.PRIORITY_HIGH));
}

async function load(): Promise<void> {
  const { plan, stopped } = await told<LoadPlan>();
  goFirst();
  const file = createWriteStream(plan.file);
  let running = true;
  void stopped.then(() => (running = false));
  const writers = plan.kinds.flatMap((kind) =>
    Array.from({ length: plan.writers }, (_, at) => {
      const name = `${kind}-${at}`;
      const replicas = at % 2 === 0 ? plan.replicas : 0;
      return new Writer(clientOf(kind, plan.place), { name, kind, tag: plan.tag, replicas }, (record) =>
        file.write(`${JSON.stringify(record)}\n`),
      );
    }),
  );
  // Spread over the first interval, so that they do not all write at once.
  const each = async (writer: Writer, at: number) => {
    let due = now() + (plan.everyMs * at) / writers.length;
    while (running) {
      await sleep(due - now());
      const passed = await writer.write();
      due = Math.max(due + plan.everyMs, passed ? 0 : now() + 20);
    }
  };
  await Promise.all(writers.map(each));
  writers.forEach((writer) => writer.close());
  await new Promise<void>((done) => file.end(done));
}

work(load);
