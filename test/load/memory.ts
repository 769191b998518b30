import { Calls, newId } from '../functions/support/calls';
import type { RedisServer } from '../functions/support/server';
import { sendAll } from './raw';
import { createCall } from './ways';

/** Bytes that a session takes. */
export interface SessionBytes {
  readonly name: string;
  /** Fields that the client sets, and bytes of their names and values. */
  readonly fields: number;
  readonly content: number;
  /** Bytes of memory for a session with its places in the user's set and in the index, three sessions a user. */
  readonly bytes: number;
}

const agent =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1';

const sizes: Readonly<Record<string, readonly string[]>> = {
  small: ['device', 'phone', 'address', '203.0.113.7', 'roles', 'customer', 'locale', 'en-GB'],
  medium: [
    ...['device', 'phone', 'address', '203.0.113.7', 'roles', 'customer,reviewer', 'locale', 'en-GB'],
    ...['agent', agent, 'tenant', '0198c1f2-7d3a', 'seen', '1790000000', 'csrf', 'x'.repeat(43)],
  ],
  large: [
    ...['device', 'phone', 'address', '203.0.113.7', 'agent', agent],
    ...Array.from({ length: 4 }, (_, nth) => [`part${nth}`, 'x'.repeat(440)]).flat(),
  ],
};

/** Measures how much memory sessions of three sizes take. @param count - sessions of each size */
export async function sessionBytes(server: RedisServer, count: number): Promise<SessionBytes[]> {
  const admin = server.as('admin');
  const { session } = new Calls(server.as('application'));
  const used = async () => {
    const info = await admin.info('memory');
    const [all, ...passing] = ['used_memory', 'mem_aof_buffer', 'mem_clients_normal'].map((name) =>
      Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)![1]),
    );
    // What waits to be written to a busy disk, and what clients' buffers hold, is not the sessions'.
    return passing.reduce((rest, bytes) => rest - bytes, all!);
  };
  const measured: SessionBytes[] = [];
  for (const [name, fields] of Object.entries(sizes)) {
    // At once, not in the background, where it would be counted.
    await admin.flushdb('SYNC');
    await session.create(newId(), 'warm', 3600, ...fields);
    const before = await used();
    await sendAll(server, 'application', count, (nth) =>
      createCall(newId(), `user-${String(Math.floor(nth / 3)).padStart(8, '0')}`, 3600, fields),
    );
    const content = fields.reduce((sum, text) => sum + text.length, 0);
    const bytes = Math.round(((await used()) - before) / count);
    measured.push({ name, fields: fields.length / 2, content, bytes });
  }
  return measured;
}
