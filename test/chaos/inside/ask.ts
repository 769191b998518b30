// One command at a server as administrator.
import { type Endpoint, once, type Place, quiet } from './place';
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
  const options = { ...once(place, place.admin, server), connectTimeout: 2000, commandTimeout: 5000 };
  if (options.tls && servername !== undefined) options.tls.servername = servername;
  const redis = quiet(options);
  console.log(JSON.stringify(await redis.call(...command)));
}

work(ask);
