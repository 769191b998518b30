import { setTimeout as sleep } from 'node:timers/promises';
import type Redis from 'ioredis';
import { cleanupFunction, upkeepKeys } from '../../components/sessions/functions';
import { type DemoOptions, type DemoRole, lifetime, type Print, Stage, type Token } from './stage';
import { clock, fields, several } from './view';

/** What makes a record: its end in milliseconds, and the ids that went for the limit of a user. */
type Created = [number, string[]];

const indexes = ['session_cleanup', 'session_stats'];
const refreshIndexes = ['refresh_token_cleanup', 'session_stats'];

const ending = ([end, dropped]: Created): string =>
  `lives until ${clock(end)}${dropped.length > 0 ? `; gone for the limit of a user: ${dropped.join(', ')}` : ''}`;

async function signIn(stage: Stage, { id }: Token, device: string, ttl = lifetime): Promise<void> {
  const keys = [`session:${id}`, `user_sessions:${stage.user}`, ...indexes];
  const created = await stage.call<Created>('application', 'session_create', keys, ttl, 'device', device);
  stage.reply(ending(created));
}

async function signInThrice(stage: Stage): Promise<Token> {
  stage.heading('1. Alice signs in on three devices');
  const [phone, laptop, tablet] = [stage.token(), stage.token(), stage.token()];
  stage.say(
    'Each device gets a random token. Redis never holds it, only its SHA-256 in base64url: who reads Redis,',
    'or a backup of it, cannot sign in as Alice. Of the phone:',
    `   token, in the phone   ${phone.token}`,
    `   id, in Redis          ${phone.id}`,
    'From here on ids are cut to eight characters. Times are UTC.',
    '',
  );
  await signIn(stage, phone, 'phone');
  await signIn(stage, laptop, 'laptop');
  await signIn(stage, tablet, 'tablet');
  stage.say(
    '',
    'A session is a hash with a TTL, a member of its user, and an entry in the index of cleanup. + is a new key:',
  );
  await stage.keys();
  return tablet;
}

async function look(stage: Stage, { id }: Token): Promise<void> {
  stage.heading('2. Where is she signed in?');
  const list = await stage.call<[string, number, string[]][]>('application', 'session_list', [
    `user_sessions:${stage.user}`,
  ]);
  stage.reply(several(list.length, 'session'));
  stage.reply(...list.map(([each, end, flat]) => `${each} until ${clock(end)}: ${fields(flat)}`));

  stage.heading('3. The tablet sends a request: whose session is it?');
  stage.reply(await get(stage, id));
  await stage.keys();
}

async function get(stage: Stage, id: string): Promise<string> {
  const found = await stage.call<string[] | null>('application', 'session_get', [`session:${id}`]);
  return found ? fields(found) : '(nil) there is no such session';
}

async function refresh(stage: Stage): Promise<void> {
  stage.heading('4. The phone gets a refresh token');
  const [first, second, third] = [stage.token(), stage.token(), stage.token()];
  const keys = [`refresh_token:${first.id}`, `user_refresh_tokens:${stage.user}`, ...refreshIndexes];
  stage.reply(ending(await stage.call('application', 'refresh_issue', keys, lifetime, 'device', 'phone')));
  stage.say('', 'It begins a family, named by its first token:');
  await stage.keys();

  const rotate = (old: Token, next: Token) =>
    stage.call<[number, string[]]>(
      'application',
      'refresh_rotate',
      [`refresh_token:${old.id}`, `refresh_token:${next.id}`, ...refreshIndexes],
      lifetime,
    );
  stage.heading('5. The phone takes it for a new one');
  const [end, flat] = await rotate(first, second);
  stage.reply(`lives until ${clock(end)}: ${fields(flat)}`);
  stage.say('', 'The new token takes the place of the old one, of which a mark stays (~ has changed):');
  await stage.keys();

  stage.heading('6. A thief shows the old token');
  const refusal = await rotate(first, third).then(
    () => new Error('refresh_rotate took a token that had been used'),
    (error: Error) => error,
  );
  const text = refusal.message.replace('refresh_rotate: ', '');
  if (!text.startsWith('REUSED ')) throw refusal;
  stage.reply(text);
  stage.say('', 'Thief or owner, nobody knows: so the family ends, and the new token with it (- is gone):');
  await stage.keys();
}

async function expire(stage: Stage): Promise<void> {
  stage.heading('7. She signs in at a hotel, for one second, and a second goes by');
  const hotel = stage.token();
  await signIn(stage, hotel, 'hotel', '1');
  await sleep(1100);
  stage.reply(await get(stage, hotel.id));
  stage.say('', `Redis has removed the hash of ${hotel.id.slice(0, 8)}…, but its entries wait for cleanup:`);
  await stage.keys();

  stage.heading('8. Cleanup, as the role cleanup');
  stage.say('In the cluster a CronJob does it, in batches of so many entries and microseconds:');
  let batch = await stage.call<number[]>('cleanup', cleanupFunction, upkeepKeys, '1000', '2000');
  const removed = [...batch];
  // What waits belongs to everybody: there may be more than a batch of it.
  for (let more = 0; batch[3] === 1 && more < 100; more++) {
    batch = await stage.fcall<number[]>('cleanup', cleanupFunction, upkeepKeys, '1000', '2000');
    batch.forEach((count, at) => (removed[at] = (removed[at] ?? 0) + count));
  }
  const [sessions = 0, refreshTokens = 0, deletionTokens = 0] = removed;
  const counts = [
    several(sessions, 'session'),
    several(refreshTokens, 'refresh token'),
    several(deletionTokens, 'deletion token'),
  ];
  stage.reply(`taken out: ${counts.join(', ')}`);
  await stage.keys();
}

async function signOut(stage: Stage): Promise<void> {
  stage.heading('9. She signs out everywhere');
  const keys = [`user_sessions:${stage.user}`, ...indexes];
  const count = await stage.call<number>('application', 'session_revoke_all', keys);
  stage.reply(`${several(count, 'session')} ended`);
  stage.say(
    '',
    'What stays is the mark of the used token, until its TTL is over. The demo removes it, as the role admin:',
  );
  await stage.keys();
}

async function tell(stage: Stage): Promise<void> {
  stage.print(`Alice is user ${stage.user}. Each call below is one round trip, and all or nothing.`, 'text');
  const tablet = await signInThrice(stage);
  await look(stage, tablet);
  await refresh(stage);
  await expire(stage);
  await signOut(stage);
}

/**
 * Shows what the session API does: the calls, their replies, and the keys in Redis after them. It leaves nothing of
 * its user in Redis, whatever happens on the way; only the counts in `session_stats` go on.
 * @param connectAs - gives a new client as a role; the demo closes it
 * @throws Error with all that went wrong, also in the removal
 */
export async function demo(
  connectAs: (role: DemoRole) => Redis,
  print: Print,
  options: DemoOptions = {},
): Promise<void> {
  const stage = new Stage(connectAs, print, options);
  const problems: string[] = [];
  const note = (error: unknown) => problems.push(error instanceof Error ? error.message : String(error));
  await tell(stage).catch(note);
  await stage.clear().catch(note);
  stage.leave();
  if (problems.length > 0) throw new Error(problems.join('\n  '));
  print('', 'text');
  print(`Nothing of ${stage.user} is left in Redis.`, 'text');
}
