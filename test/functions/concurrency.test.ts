import { sessionLibrary } from '../../components/sessions/library';
import { Calls, newId } from './support/calls';
import { disagreements } from './support/consistency';
import { RedisServer, settings } from './support/server';

let server: RedisServer;
let clients: Calls[];
const admin = () => server.as('admin');

beforeAll(async () => {
  server = await RedisServer.start();
  await server.load();
  clients = Array.from({ length: 50 }, () => new Calls(server.connect('application')));
  await Promise.all(clients.map(({ redis }) => redis.ping()));
});
afterEach(async () => expect(await disagreements(admin())).toEqual([]));
afterAll(() => server.remove());

const outcomes = async (calls: Promise<unknown>[]) => {
  const settled = await Promise.allSettled(calls);
  return settled.map((each) =>
    each.status === 'fulfilled' ? 'done' : (each.reason as Error).message.split(' ')[0],
  );
};

test('two rotations of one token at once: exactly one wins, and the other ends the family', async () => {
  for (let round = 0; round < 100; round++) {
    const [old, one, two] = [newId(), newId(), newId()];
    await clients[0]!.refresh.issue(old, `rotating-${round}`);
    const ended = await outcomes([
      clients[1]!.refresh.rotate(old, one),
      clients[2]!.refresh.rotate(old, two),
    ]);
    expect(ended.sort()).toEqual(['REUSED', 'done']);
    expect(await clients[0]!.refresh.list(`rotating-${round}`)).toEqual([]);
  }
});

test('fifty rotations of one token into fifty others: exactly one wins', async () => {
  const old = newId();
  await clients[0]!.refresh.issue(old, 'rotating');
  const ended = await outcomes(clients.map(({ refresh }) => refresh.rotate(old, newId())));
  expect(ended.filter((end) => end === 'done')).toHaveLength(1);
  expect(ended.filter((end) => end === 'REUSED')).toHaveLength(49);
});

test('fifty sign-ins of a user at once: five sessions stay, all others were told to somebody', async () => {
  const ids = clients.map(newId);
  const replies = await Promise.all(clients.map(({ session }, at) => session.create(ids[at]!, 'crowd')));
  const dropped = replies.flatMap(([, gone]) => gone);
  expect(dropped).toHaveLength(45);
  const left = (await clients[0]!.session.list('crowd')).map(([id]) => id);
  expect([...left, ...dropped].sort()).toEqual([...ids].sort());
});

test('fifty sign-ins with one id: one is made', async () => {
  const id = newId();
  const ended = await outcomes(clients.map(({ session }, at) => session.create(id, `user-${at}`)));
  expect(ended.filter((end) => end === 'done')).toHaveLength(1);
  expect(ended.filter((end) => end === 'EXISTS')).toHaveLength(49);
});

test('a deletion token consumed by fifty at once goes to one', async () => {
  const id = newId();
  await clients[0]!.deletion.issue(id, 'leaving');
  const got = await Promise.all(clients.map(({ deletion }) => deletion.consume(id)));
  expect(got.filter((fields) => fields !== null)).toHaveLength(1);
});

test('sign-ins, sign-outs and cleanup of the same users at once leave no structure behind', async () => {
  const cleanup = new Calls(server.connect('cleanup'));
  const known: string[] = [];
  await Promise.all(
    clients.map(async ({ session }, client) => {
      for (let round = 0; round < 20; round++) {
        const id = newId();
        known.push(id);
        await session.create(id, `shared-${(client + round) % 7}`, 1 + (round % 3));
        await session.touch(known[(client * 31 + round * 17) % known.length]!);
        if (round % 3 === 0) await session.revoke(known[(client * 13 + round * 7) % known.length]!);
        if (round % 9 === 0) await session.revokeAll(`shared-${client % 7}`);
        if (client === 0) await cleanup.cleanup(50);
      }
    }),
  );
  await cleanup.cleanup();
  for (let user = 0; user < 7; user++) {
    expect((await clients[0]!.session.list(`shared-${user}`)).length).toBeLessThanOrEqual(5);
  }
});

test('the library replaced a hundred times under load: no call fails', async () => {
  const deployer = server.connect('deployer');
  let [loading, served] = [true, 0];
  const load = Promise.all(
    clients.slice(0, 20).map(async ({ session }, client) => {
      while (loading) {
        const id = newId();
        await session.create(id, `loading-${client}`);
        expect(await session.get(id)).toHaveLength(4);
        await session.revoke(id);
        served += 3;
      }
    }),
  );
  for (let version = 0; version < 100; version++) {
    const { code } = sessionLibrary({ ...settings, maxFields: 30 + (version % 2) });
    await deployer.call('FUNCTION', 'LOAD', 'REPLACE', code);
  }
  loading = false;
  await load;
  expect(served).toBeGreaterThan(300);
});

test('a library that does not compile leaves the old one in place', async () => {
  const broken = `${sessionLibrary(settings).code}\nthis is no Lua`;
  await expect(server.as('deployer').call('FUNCTION', 'LOAD', 'REPLACE', broken)).rejects.toThrow(
    /^ERR Error compiling function/,
  );
  await expect(clients[0]!.session.get(newId())).resolves.toBeNull();
});
