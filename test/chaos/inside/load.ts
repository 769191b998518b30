// Writers that note every acknowledged write and every failure, as a process of its own in the clients' network.
import { createWriteStream } from 'node:fs';
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

async function load(): Promise<void> {
  const { plan, stopped } = await told<LoadPlan>();
  // It stands for applications on computers of their own, whose processors no node of the cluster uses.
  setPriority(constants.priority.PRIORITY_HIGH);
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
