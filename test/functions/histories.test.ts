import fc from 'fast-check';
import { Calls, fieldsOf } from './support/calls';
import { disagreements } from './support/consistency';
import { Ids, Model } from './support/model';
import { RedisServer, settings } from './support/server';

jest.setTimeout(120_000);

let server: RedisServer;
let calls: Calls;
let cleanup: Calls;
const sessionLimit = 2;
const familyLimit = 2;

beforeAll(async () => {
  server = await RedisServer.start();
  await server.load({
    ...settings,
    sessions: { ...settings.sessions, perUser: sessionLimit },
    refreshTokens: { ...settings.refreshTokens, perUser: familyLimit },
  });
  calls = new Calls(server.as('application'));
  cleanup = new Calls(server.as('cleanup'));
});
afterAll(() => server.remove());

interface World {
  readonly model: Model;
  readonly sessions: Ids;
  readonly tokens: Ids;
}
type Step = (world: World) => Promise<void>;

/** A reply, or the code of the error in its place. */
const answer = <T>(call: Promise<T>): Promise<T | string> =>
  call.catch((error: unknown) => (error as Error).message.split(' ')[0]!);

const user = fc.constantFrom('ann', 'bob', 'a{1}', 'ü\n');
const number = fc.nat(40);
const step = (name: string, run: Step): Step => Object.assign(run, { toString: () => name });

const create = fc.tuple(user, fc.boolean(), number).map(([who, again, at]) =>
  step(`create ${again ? at : 'a new one'} of ${who}`, async ({ model, sessions }) => {
    const known = sessions.pick(at);
    const id = again && model.sessions.has(known) ? known : sessions.fresh();
    const reply = await answer(calls.session.create(id, who));
    expect(typeof reply === 'string' ? reply : reply[1]).toEqual(model.create(id, who));
  }),
);
const read = number.map((at) =>
  step(`read ${at}`, async ({ model, sessions }) => {
    const id = sessions.pick(at);
    const session = model.sessions.get(id);
    const expected = session ? { '@user': session.user, ...Object.fromEntries(session.fields) } : {};
    for (const reply of [await calls.session.get(id), await calls.session.touch(id, 100 + at)]) {
      const { '@created': created, ...fields } = fieldsOf(reply);
      expect(fields).toEqual(expected);
      expect(created === undefined).toBe(session === undefined);
    }
  }),
);
const update = fc
  .tuple(number, fc.constantFrom('a', 'b'), fc.string({ maxLength: 20 }))
  .map(([at, name, value]) =>
    step(`update ${at}`, async ({ model, sessions }) => {
      const id = sessions.pick(at);
      expect(await answer(calls.session.update(id, name, value))).toBe(model.update(id, name, value));
    }),
  );
const revoke = number.map((at) =>
  step(`revoke ${at}`, async ({ model, sessions }) => {
    const id = sessions.pick(at);
    expect(await calls.session.revoke(id)).toBe(model.revoke(id));
  }),
);
const list = user.map((who) =>
  step(`list ${who}`, async ({ model }) => {
    expect((await calls.session.list(who)).map(([id]) => id)).toEqual(model.list(who));
    const families = (await calls.refresh.list(who)).map(([, , fields]) => fieldsOf(fields)['@family']);
    expect(families).toEqual(model.familiesOf(who));
  }),
);
const revokeAll = fc.tuple(user, fc.boolean(), number).map(([who, keep, at]) =>
  step(`revoke all of ${who}`, async ({ model, sessions }) => {
    const but = keep ? [sessions.pick(at)] : [];
    expect(await calls.session.revokeAll(who, ...but)).toBe(model.revokeAll(who, but[0]));
  }),
);
// Time goes by for one session: Redis removes the hash, and the index says since when.
const expire = number.map((at) =>
  step(`expire ${at}`, async ({ model, sessions }) => {
    const id = sessions.pick(at);
    const who = model.sessions.get(id)?.user;
    if (who === undefined) return;
    await server.as('admin').zadd('session_cleanup', Date.now() - 1, id + who);
    await server.as('admin').pexpireat(`session:${id}`, Date.now() - 1);
    model.expire(id);
  }),
);
const clean = fc.integer({ min: 1, max: 5 }).map((most) =>
  step(`clean ${most}`, async () => {
    expect((await cleanup.cleanup(most))[0]).toBeLessThanOrEqual(most);
  }),
);
const issue = user.map((who) =>
  step(`issue to ${who}`, async ({ model, tokens }) => {
    const id = tokens.fresh();
    expect((await calls.refresh.issue(id, who))[1]).toEqual(model.issue(id, who));
  }),
);
const rotate = number.map((at) =>
  step(`rotate ${at}`, async ({ model, tokens }) => {
    const [old, next] = [tokens.pick(at), tokens.fresh()];
    const reply = await answer(calls.refresh.rotate(old, next));
    expect(typeof reply === 'string' ? reply : 'done').toBe(model.rotate(old, next));
  }),
);
const revokeFamily = number.map((at) =>
  step(`revoke the family of ${at}`, async ({ model, tokens }) => {
    const id = tokens.pick(at);
    expect(await calls.refresh.revoke(id)).toBe(model.revokeFamily(id));
  }),
);

const history = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: create },
    { weight: 3, arbitrary: read },
    { weight: 2, arbitrary: update },
    { weight: 2, arbitrary: revoke },
    { weight: 2, arbitrary: list },
    { weight: 1, arbitrary: revokeAll },
    { weight: 3, arbitrary: expire },
    { weight: 1, arbitrary: clean },
    { weight: 3, arbitrary: issue },
    { weight: 4, arbitrary: rotate },
    { weight: 1, arbitrary: revokeFamily },
  ),
  { maxLength: 60, size: 'max' },
);

test('any history is answered as the model answers it, and leaves all structures in agreement', async () => {
  const admin = server.as('admin');
  await fc.assert(
    fc.asyncProperty(history, async (steps) => {
      await admin.flushall();
      const world: World = {
        model: new Model(sessionLimit, familyLimit),
        sessions: new Ids(),
        tokens: new Ids(),
      };
      for (const run of steps) await run(world);
      await cleanup.cleanup();
      expect(await disagreements(admin)).toEqual([]);
      const { model } = world;
      expect(await cleanup.stats()).toMatchObject({
        session_live: model.sessions.size,
        refresh_live: model.families.size,
        ...model.counts,
        ...model.tokenCounts,
      });
    }),
    { numRuns: 150 },
  );
});
