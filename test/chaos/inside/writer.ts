import { createHash, randomBytes } from 'node:crypto';
import type { HistoryRecord } from '../analysis/history';
import { type Client, type Kind, plannedOutage } from './clients';
import { now, sleep } from './standardInput';

/** Who a writer is. */
interface Identity {
  readonly name: string;
  readonly kind: Kind;
  readonly tag: string;
  /** Replicas that must have a write before it counts; 0: it counts when the master has it. */
  readonly replicas: number;
}

const waitMs = 300;
/** Sessions of one user: fewer than any stack's limit, so that none is dropped for another. */
const perUser = 3;

class TooFewReplicas extends Error {}

/**
 * Writes sessions one after the other. A write that fails is tried again with the same id, at once and until the longest outage of a
 * planned change is over. What the last attempt does not mend is an error to whoever waits for the client.
 */
export class Writer {
  private count = 0;

  constructor(
    private readonly client: Client,
    private readonly identity: Identity,
    private readonly record: (record: HistoryRecord) => void,
  ) {}

  /** Writes one session. @returns whether it was acknowledged */
  async write(): Promise<boolean> {
    const id = createHash('sha256').update(randomBytes(32)).digest('base64url');
    const { name: writer, kind, tag, replicas } = this.identity;
    const user = `${tag}-${writer}-${Math.floor(this.count++ / perUser)}`;
    let failure = '';
    let last = Infinity;
    for (;;) {
      const isLast = now() > last;
      try {
        await this.attempt(id, user);
        if (failure) this.record({ at: now(), writer, kind, error: failure, mended: true });
        const waited = replicas > 0;
        this.record({ at: now(), writer, kind, id, waited, ...this.node() });
        return true;
      } catch (error) {
        if (isLast) {
          this.record({ at: now(), writer, kind, error: failure, then: className(error), mended: false });
          return false;
        }
        if (failure === '') {
          failure = className(error);
          last = now() + plannedOutage[kind];
        }
        await sleep(10);
      }
    }
  }

  close(): void {
    this.client.close();
  }

  private node(): { readonly node?: string } {
    return this.client.node ? { node: this.client.node } : {};
  }

  private async attempt(id: string, user: string): Promise<void> {
    const { replicas } = this.identity;
    const key = `session:${id}`;
    const keys = [key, `user_sessions:${user}`, 'session_cleanup', 'session_stats'];
    try {
      await this.client.call('FCALL', 'session_create', keys.length, ...keys, 3600, 'device', 'phone');
    } catch (error) {
      // The first attempt was done and its answer lost.
      if (!(error instanceof Error && error.message.startsWith('EXISTS'))) throw error;
      // WAIT is about what this connection has written: a later write, which replicas get after the first.
      if (replicas > 0) await this.client.call('FCALL', 'session_touch', 2, key, 'session_cleanup', 3600);
    }
    if (replicas === 0) return;
    const reached = Number(await this.client.call('WAIT', replicas, waitMs));
    if (reached < replicas) throw new TooFewReplicas();
  }
}

/** What kind of failure it was: the first word of an error reply, or a few words of the client. */
function className(error: unknown): string {
  if (error instanceof TooFewReplicas) return 'WAIT';
  const message = error instanceof Error ? error.message : String(error);
  const reply = /^[A-Z]{2,}(?= |$)/.exec(message);
  return reply ? reply[0] : message.split(/[.\n]/)[0]!.slice(0, 60);
}
