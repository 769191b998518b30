// Looks for every acknowledged session at the master, prints the ids that are not there, and removes the others.
import { readFileSync } from 'node:fs';
import { parseHistory } from '../analysis/history';
import { type Endpoint, once, type Place, quiet } from './place';
import { told, work } from './standardInput';

/** What the process is told on its standard input. */
export interface VerifyPlan {
  readonly place: Place;
  readonly master: Endpoint;
  /** Files of records. */
  readonly files: readonly string[];
}

const batch = 1000;

async function verify(): Promise<void> {
  const { plan } = await told<VerifyPlan>();
  const ids = plan.files.flatMap((file) => parseHistory(readFileSync(file, 'utf8')).acks.map(({ id }) => id));
  const { place, master } = plan;
  const redis = quiet({
    ...once(place, place.application, master),
    commandTimeout: 10_000,
    connectTimeout: 2000,
  });
  await redis.connect();
  const missing: string[] = [];
  for (let from = 0; from < ids.length; from += batch) {
    const some = ids.slice(from, from + batch);
    const there = await Promise.all(some.map((id) => redis.exists(`session:${id}`)));
    missing.push(...some.filter((_, at) => there[at] === 0));
    const keys = (id: string) => [`session:${id}`, 'session_cleanup', 'session_stats'];
    await Promise.all(some.map((id) => redis.call('FCALL', 'session_revoke', 3, ...keys(id))));
  }
  redis.disconnect();
  console.log(JSON.stringify(missing));
}

work(verify);
