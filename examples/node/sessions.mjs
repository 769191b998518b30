// The life of a session and of a refresh token. Usage: node sessions.mjs HOST PORT FOLDER [MASTER]
// FOLDER is where the Secret of the role is mounted: its file `password` is read, and nothing else tells the password. With
// `ca.crt` in it, TLS is spoken. With MASTER, HOST is a Sentinel, or several with commas between, who are asked for it.
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';

const [hosts, port, folder, master] = process.argv.slice(2);
const file = (name) => readFileSync(join(folder, name), 'utf8');
const password = file('password');
const tls = existsSync(join(folder, 'ca.crt'))
  ? { ca: file('ca.crt'), cert: file('tls.crt'), key: file('tls.key') }
  : undefined;
const asked = {
  sentinels: hosts.split(',').map((host) => ({ host, port: Number(port) })),
  name: master,
  sentinelUsername: 'application',
  sentinelPassword: password,
  sentinelTLS: tls,
  enableTLSForSentinelMode: tls !== undefined,
};
const redis = new Redis({
  ...(master ? asked : { host: hosts, port: Number(port) }),
  tls,
  username: 'application',
  password,
  commandTimeout: 2000,
  // A call whose connection is lost fails at once. By default the client would send it again, and a refresh token that is
  // rotated twice ends its family.
  maxRetriesPerRequest: 0,
});
redis.on('error', () => {}); // The call that fails tells.

// The user's device keeps the token; Redis knows it by its id only.
const newToken = () => randomBytes(32).toString('base64url');
const idOf = (token) => createHash('sha256').update(token).digest('base64url');

const call = (name, keys, ...args) => redis.call('FCALL', name, keys.length, ...keys, ...args);
const codeOf = (error) => (error.name === 'ReplyError' ? error.message.split(' ')[0] : 'LOST');

// A record comes as name, value, name, value; null is none.
const recordOf = (flat) =>
  flat && new Map(flat.flatMap((name, at) => (at % 2 === 0 ? [[name, flat[at + 1]]] : [])));

/** Three tries, when the connection is lost; `work` is told whether it was tried before. */
async function retried(work) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work(attempt > 1);
    } catch (error) {
      if (codeOf(error) !== 'LOST' || attempt === 3) throw error;
      await sleep(attempt * 200);
    }
  }
}

/** Safe to repeat with the same id: EXISTS says that an earlier try has arrived. */
const createSession = (id, user, ttl, fields) =>
  retried(async (again) => {
    const keys = [`session:${id}`, `user_sessions:${user}`, 'session_cleanup', 'session_stats'];
    try {
      await call('session_create', keys, ttl, ...Object.entries(fields).flat());
    } catch (error) {
      if (!again || codeOf(error) !== 'EXISTS') throw error;
    }
  });

const getSession = async (id) => recordOf(await call('session_get', [`session:${id}`]));
const getRefreshToken = async (id) => recordOf(await call('refresh_get', [`refresh_token:${id}`]));

/** Sent again only where the new token is not there: after a try that arrived it would be a replay. */
const rotateRefreshToken = (oldId, newId, ttl) =>
  retried(async (again) => {
    const arrived = again && (await getRefreshToken(newId));
    if (arrived) return arrived;
    const ids = [`refresh_token:${oldId}`, `refresh_token:${newId}`];
    const [, fields] = await call('refresh_rotate', [...ids, 'refresh_token_cleanup', 'session_stats'], ttl);
    return recordOf(fields);
  });

async function main() {
  const user = `example-${randomBytes(6).toString('hex')}`;
  console.log(`ping: ${await redis.ping()}`);

  const session = newToken();
  const id = idOf(session);
  await createSession(id, user, 600, { device: 'phone', theme: 'dark' });
  console.log('session_create: done');

  const fields = await getSession(id);
  console.log(`session_get: device ${fields.get('device')}, theme ${fields.get('theme')}`);

  // Reads the session as session_get does, and lets it live for 1200 seconds from now.
  const touched = recordOf(await call('session_touch', [`session:${id}`, 'session_cleanup'], 1200));
  console.log(`session_touch: device ${touched.get('device')}`);

  for (const [listed, expires, record] of await call('session_list', [`user_sessions:${user}`])) {
    const minutes = Math.round((expires - Date.now()) / 60_000);
    const own = listed === id ? 'this session' : 'another session';
    console.log(`session_list: ${own}, device ${recordOf(record).get('device')}, ${minutes} minutes to live`);
  }

  const [first, second] = [newToken(), newToken()];
  await retried(async (again) => {
    const keys = [`refresh_token:${idOf(first)}`, `user_refresh_tokens:${user}`];
    try {
      await call(
        'refresh_issue',
        [...keys, 'refresh_token_cleanup', 'session_stats'],
        600,
        'device',
        'phone',
      );
    } catch (error) {
      if (!again || codeOf(error) !== 'EXISTS') throw error;
    }
  });
  console.log('refresh_issue: done');

  const rotated = await rotateRefreshToken(idOf(first), idOf(second), 600);
  console.log(`refresh_rotate: device ${rotated.get('device')}`);

  // Somebody shows the first token again: all tokens that came from it end, and its user is to sign in again.
  try {
    await rotateRefreshToken(idOf(first), idOf(newToken()), 600);
  } catch (error) {
    if (codeOf(error) !== 'REUSED') throw error;
    console.log('refresh_rotate of a used token: REUSED');
  }
  console.log(`refresh_get: ${(await getRefreshToken(idOf(second))) ? 'a token' : 'none'}`);

  const revoked = await call('session_revoke', [`session:${id}`, 'session_cleanup', 'session_stats']);
  console.log(`session_revoke: ${revoked}`);
  console.log(`session_get: ${(await getSession(id)) ? 'a session' : 'none'}`);
}

await main().finally(() => redis.disconnect());
