// One command at a server as administrator.
import { type Endpoint, once, type Place, quiet, tlsOf } from './place';
import { told, work } from './standardInput';

/** What the process is told on its standard input. */
export interface AskPlan {
  readonly place: Place;
  readonly server: Endpoint;
  readonly command: readonly [string, ...string[]];
  /** Name that the server's certificate is to be for. @default its host */
  readonly servername?: string;
}

async function ask(): Promise<void> {
  const { plan } = await told<AskPlan>();
  const { place, server, command, servername } = plan;
  const patient = { connectTimeout: 2000, commandTimeout: 5000, ...tlsOf(place, servername) };
  const redis = quiet({ ...once(place, place.admin, server), ...patient });
  console.log(JSON.stringify(await redis.call(...command)));
}

work(ask);
