// Tries what TLS must refuse, and prints how each attempt went.
import { type TLSSocket, connect } from 'node:tls';
import { once, type Place, quiet } from './place';
import { told, work } from './standardInput';

/** Whom a client trusts, its certificate and its key, in PEM. */
export interface Certificates {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** What the process is told on its standard input. */
export interface RefusedPlan {
  readonly place: Place;
  readonly right: Certificates;
  /** By what is wrong with them. */
  readonly wrong: Readonly<Record<string, Certificates>>;
}

type Attempt = () => Promise<unknown>;

async function refused(): Promise<void> {
  const { plan } = await told<RefusedPlan>();
  const { place, right, wrong } = plan;
  const target = place.redis[0]!;
  const ping =
    (tls?: Certificates): Attempt =>
    async () => {
      const patient = { connectTimeout: 2000, commandTimeout: 2000 };
      const redis = quiet({
        ...once(place, place.application, target),
        ...patient,
        tls,
      });
      try {
        return await redis.ping();
      } finally {
        redis.disconnect();
      }
    };
  const handshake: Attempt = () =>
    new Promise((done, fail) => {
      const socket: TLSSocket = connect({
        ...right,
        ...target,
        minVersion: 'TLSv1',
        maxVersion: 'TLSv1.1',
      });
      socket.once('secureConnect', () => done('PONG')).once('error', fail);
      socket.setTimeout(2000, () => fail(new Error('no answer')));
    });
  const attempts: Record<string, Attempt> = {
    'the right certificate': ping(right),
    plaintext: ping(),
    'TLS 1.1': handshake,
  };
  for (const [what, certificates] of Object.entries(wrong)) attempts[what] = ping(certificates);
  const seen: Record<string, string> = {};
  for (const [what, attempt] of Object.entries(attempts)) {
    seen[what] = await attempt().then(
      (answer) => (answer === 'PONG' ? 'served' : 'odd'),
      () => 'refused',
    );
  }
  console.log(JSON.stringify(seen));
}

work(refused);
