// `make bench-sessions`: how fast the session functions are beside what users write without them, what cleanup costs those
// who read meanwhile, and how much memory a session takes. A table, and results/sessions.json.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import versions from '../../versions.json';
import { RedisServer } from '../functions/support/server';
import { cleanupCost } from './cleanup';
import type { Comparison } from './measure';
import { sessionBytes } from './memory';
import { type ComparisonName, comparisons } from './throughput';

const aims: Readonly<Record<ComparisonName, number>> = {
  create_vs_commands_1: 3,
  create_vs_commands_50: 1.5,
  create_vs_multi_50: 1,
  create_vs_multi_50_raw: 1,
  create_vs_set_50: 0.3,
  create_vs_set_50_raw: 0.3,
  get_vs_hgetall_50: 0.85,
  get_vs_hgetall_50_raw: 0.85,
};

const note = (line: string) => console.error(`  … ${line}`);
const round = (value: number, digits = 2): number => Number(value.toFixed(digits));
const table = (rows: readonly (readonly string[])[]): string => {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!))).join('  '),
    )
    .join('\n');
};

function row(name: ComparisonName, { ratio, cpuRatio, first, second }: Comparison): string[] {
  const rate = ({ perSecond }: Comparison['first']) => String(Math.round(perSecond));
  const cpu = ({ serverMicroseconds, serverBusy }: Comparison['first']) =>
    `${serverMicroseconds.toFixed(1)} (${Math.round(serverBusy * 100)} %)`;
  return [
    name,
    ratio.median.toFixed(2),
    `${ratio.min.toFixed(2)}–${ratio.max.toFixed(2)}`,
    `≥ ${aims[name]}`,
    cpuRatio.median.toFixed(2),
    rate(first),
    rate(second),
    cpu(first),
    cpu(second),
  ];
}

async function bench(): Promise<void> {
  const rows = [
    ['', 'ratio', 'range', 'aim', 'by CPU', 'ours/s', 'other/s', 'ours µs (busy)', 'other µs (busy)'],
  ];
  const ratios: Partial<Record<ComparisonName, number>> = {};
  const details: Record<string, Comparison> = {};
  const server = await RedisServer.start();
  let memory;
  try {
    await server.load();
    note('comparing throughput, in slices that take turns');
    for await (const [name, comparison] of comparisons(server, { pairs: 7, sliceMilliseconds: 600 })) {
      note(`${name}: ${comparison.ratio.median.toFixed(2)}`);
      rows.push(row(name, comparison));
      ratios[name] = round(comparison.ratio.median);
      details[name] = comparison;
    }
    note('measuring memory');
    memory = await sessionBytes(server, 50_000);
  } finally {
    await server.remove();
  }
  const cleanup = await cleanupCost(1_000_000, 15, note);
  const ratio = cleanup.busy / cleanup.quiet;

  const machine = `${cpus().length} × ${cpus()[0]!.model}`;
  console.log(`\nRedis ${versions.redis}, append-only file every second, on loopback; ${machine}\n`);
  console.log(
    'Throughput: the session functions (ours) beside the same by commands (other), by 1 or 50 connections',
  );
  console.log('of ioredis in one process; _raw: by a client that only sends bytes made beforehand.');
  console.log(
    'By CPU: the ratio of µs, what the main thread of Redis needs for one operation (how busy it was):',
  );
  console.log('the ratio of throughput, had Redis no time left and the clients enough.\n');
  console.log(table(rows));
  console.log(
    `\nCleanup: ${cleanup.entries} expired sessions of ${cleanup.users} users in ${cleanup.seconds.toFixed(1)} s; ` +
      `p99.9 of 50 readers ${cleanup.quiet.toFixed(2)} ms without, ${cleanup.busy.toFixed(2)} ms with it (${ratio.toFixed(2)} times), ` +
      `${cleanup.saving.toFixed(2)} ms without it while Redis saves; during cleanup it forked ${cleanup.forks} times, ` +
      `the last for ${cleanup.forkMilliseconds.toFixed(1)} ms`,
  );
  console.log('\nMemory of a session, with its places in the indexes:\n');
  console.log(
    table([
      ['', 'fields', 'bytes of content', 'bytes of memory', 'sessions a GiB'],
      ...memory.map(({ name, fields, content, bytes }) => [
        name,
        ...[fields, content, bytes, Math.floor(2 ** 30 / bytes)].map(String),
      ]),
    ]),
  );
  const results = resolve(__dirname, '..', '..', 'results');
  mkdirSync(results, { recursive: true });
  writeFileSync(
    join(results, 'sessions.json'),
    `${JSON.stringify(
      {
        ...ratios,
        cleanup_s: round(cleanup.seconds, 1),
        cleanup_p999_ratio: round(ratio),
        bytes_per_session: Object.fromEntries(memory.map(({ name, bytes }) => [name, bytes])),
        details: { machine, redis: versions.redis, throughput: details, cleanup, memory },
      },
      null,
      2,
    )}\n`,
  );
  console.log('\nresults/sessions.json');
}

bench().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(`✖ ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  },
);
