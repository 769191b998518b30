import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { applicationFunctions } from '../../components/sessions/functions';
import { type Call, calls, codes, type FunctionName } from '../../scripts/reference';
import { Calls, newId } from './support/calls';
import { RedisServer } from './support/server';

let server: RedisServer;
let application: Calls;

beforeAll(async () => {
  server = await RedisServer.start();
  await server.load();
  application = new Calls(server.as('application'));
});
afterAll(() => server.remove());

const codeOf = (reply: Promise<unknown>): Promise<string> =>
  reply.then(
    () => 'OK',
    (error: Error) => error.message.split(' ')[0]!,
  );
const keysOf = ({ keys }: Call) =>
  keys.map((key) => key.replace(/\{(new )?id\}/, newId).replace('{user}', 'u'));
// One of each argument that must be there.
const argsOf = ({ args }: Call, ttl: string) =>
  args
    .replace(/\[.*\]|…/g, '')
    .split(' ')
    .filter((name) => name !== '')
    .map((name) => (name === 'ttl' ? ttl : name));

test('the reference has every function that applications call, in order', () => {
  expect(Object.keys(calls)).toEqual(applicationFunctions);
});

describe.each(Object.entries(calls) as [FunctionName, Call][])('%s', (name, documented) => {
  const call = (ttl: string) =>
    codeOf(application.call(name, keysOf(documented), ...argsOf(documented, ttl)));

  test('takes the keys and arguments of the reference, and no fewer keys', async () => {
    const answer = await call('60');
    expect(['OK', ...documented.errors.filter((code) => code === 'NOTFOUND')]).toContain(answer);
    expect(
      await codeOf(application.call(name, keysOf(documented).slice(1), ...argsOf(documented, '60'))),
    ).toBe('BADKEY');
  });

  test('refuses a bad TTL if it has one', async () => {
    const takesOne = documented.args.startsWith('ttl');
    expect(documented.errors.includes('BADTTL')).toBe(takesOne);
    expect((await call('never')) === 'BADTTL').toBe(takesOne);
  });
});

test('the reference has every error code of the library', () => {
  const folder = join(__dirname, '../../components/sessions/library');
  const lua = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
  // Refusals, the server's own errors that are passed on, and what is left.
  const found = lua.flatMap((text) =>
    [/(?:refuse\(\s*|bad_id = )'([A-Z]+) /g, /^ {2}([A-Z]+) = '/gm, /error_reply\("([A-Z]+) /g].flatMap(
      (pattern) => [...text.matchAll(pattern)].map(([, code]) => code!),
    ),
  );
  expect([...new Set(found)].sort()).toEqual(Object.keys(codes).sort());
});
