import { randomInt } from 'node:crypto';
import { readFileSync, statSync, truncateSync } from 'node:fs';
import { Calls, newId } from './support/calls';
import { disagreements } from './support/consistency';
import { RedisServer } from './support/server';

jest.setTimeout(120_000);

/** Calls of all kinds by several clients until the server is gone; returns how many rounds of them there were. */
async function work(server: RedisServer): Promise<number> {
  let rounds = 0;
  const one = async (client: number) => {
    const { session, refresh, deletion } = new Calls(server.connect('application'));
    let token = newId();
    await refresh.issue(token, `user-${client}`);
    for (let round = 0; ; round++) {
      const [id, next] = [newId(), newId()];
      await session.create(id, `user-${client}-${round}`, 600, 'device', 'phone');
      rounds++;
      await session.create(newId(), `user-${client}`, 600);
      await refresh.rotate(token, next);
      token = next;
      await deletion.issue(next, `user-${client}`);
      if (round % 2 === 0) await deletion.consume(next);
      if (round % 5 === 0) await session.revokeAll(`user-${client}`);
    }
  };
  await Promise.allSettled(Array.from({ length: 10 }, (_, client) => one(client)));
  return rounds;
}

// Which of the last second's calls are in the file is Redis' affair (appendfsync everysec): here it is that each is whole.
test('killed at any moment and started from its append-only file: all structures agree', async () => {
  const server = await RedisServer.start();
  try {
    await server.load();
    let total = 0;
    for (let round = 0; round < 8; round++) {
      const working = work(server);
      await new Promise((wait) => setTimeout(wait, 60 + randomInt(100)));
      await server.kill();
      total += await working;
      await server.run();
      await new Calls(server.as('cleanup')).cleanup();
      expect(await disagreements(server.as('admin'))).toEqual([]);
    }
    expect(total).toBeGreaterThan(100);
  } finally {
    await server.remove();
  }
});

test('an append-only file cut at any byte is replayed to a state in which all structures agree', async () => {
  const server = await RedisServer.start();
  try {
    await server.load();
    const library = statSync(server.appendOnlyFile).size;
    const working = work(server);
    await new Promise((wait) => setTimeout(wait, 100));
    await server.kill();
    await working;
    const file = server.appendOnlyFile;
    const log = readFileSync(file);
    expect(log.toString('latin1')).toMatch(/\r\nMULTI\r\n[\s\S]*\r\nEXEC\r\n/);
    for (let cut = 0; cut < 10; cut++) {
      const other = await RedisServer.start(server.data).then(async (running) => {
        await running.kill();
        return running;
      });
      try {
        truncateSync(other.appendOnlyFile, randomInt(library, log.length));
        await other.run();
        expect(await disagreements(other.as('admin'))).toEqual([]);
        // Another call works: the library is there as well.
        await new Calls(other.as('application')).session.create(newId(), 'after');
      } finally {
        await other.remove();
      }
    }
  } finally {
    await server.remove();
  }
});

test('the library survives a restart and FLUSHALL', async () => {
  const server = await RedisServer.start();
  try {
    await server.load();
    await server.as('admin').flushall();
    await server.kill();
    await server.run();
    await expect(new Calls(server.as('application')).session.get(newId())).resolves.toBeNull();
  } finally {
    await server.remove();
  }
});
