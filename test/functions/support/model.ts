import { newId } from './calls';

interface Session {
  readonly user: string;
  readonly fields: Map<string, string>;
}
interface Token {
  readonly user: string;
  readonly family: string;
  used: boolean;
}

/** What the functions promise, in a few lines: a history runs against it and against Redis, and both must answer alike. */
export class Model {
  /** Maps keep the order of creation, which is the order of age. */
  readonly sessions = new Map<string, Session>();
  readonly tokens = new Map<string, Token>();
  /** Families in the order of their beginning, each with its current token. */
  readonly families = new Map<string, { user: string; current: string }>();
  readonly counts = { session_created: 0, session_revoked: 0, session_dropped: 0, session_expired: 0 };
  readonly tokenCounts = { refresh_created: 0, refresh_rotated: 0, refresh_reused: 0 };

  constructor(
    private readonly sessionLimit: number,
    private readonly familyLimit: number,
  ) {}

  create(id: string, user: string): string[] | 'EXISTS' {
    if (this.sessions.has(id)) return 'EXISTS';
    this.sessions.set(id, { user, fields: new Map() });
    this.counts.session_created++;
    const dropped = this.list(user).slice(0, -this.sessionLimit);
    dropped.forEach((each) => this.sessions.delete(each));
    this.counts.session_dropped += dropped.length;
    return dropped;
  }

  list(user: string): string[] {
    return [...this.sessions].filter(([, session]) => session.user === user).map(([id]) => id);
  }

  update(id: string, name: string, value: string): number | 'NOTFOUND' {
    const session = this.sessions.get(id);
    if (session === undefined) return 'NOTFOUND';
    const added = Number(!session.fields.has(name));
    session.fields.set(name, value);
    return added;
  }

  revoke(id: string): number {
    const had = Number(this.sessions.delete(id));
    this.counts.session_revoked += had;
    return had;
  }

  revokeAll(user: string, but?: string): number {
    const ids = this.list(user).filter((id) => id !== but);
    return ids.reduce((sum, id) => sum + this.revoke(id), 0);
  }

  expire(id: string): void {
    if (this.sessions.delete(id)) this.counts.session_expired++;
  }

  issue(id: string, user: string): string[] {
    this.tokens.set(id, { user, family: id, used: false });
    this.families.set(id, { user, current: id });
    this.tokenCounts.refresh_created++;
    const dropped = this.familiesOf(user).slice(0, -this.familyLimit);
    return dropped.map((family) => this.end(family)!);
  }

  familiesOf(user: string): string[] {
    return [...this.families].filter(([, family]) => family.user === user).map(([name]) => name);
  }

  private end(family: string): string | undefined {
    const current = this.families.get(family)?.current;
    this.families.delete(family);
    if (current !== undefined) this.tokens.delete(current);
    return current;
  }

  rotate(old: string, next: string): 'done' | 'NOTFOUND' | 'REUSED' {
    const token = this.tokens.get(old);
    if (token === undefined) return 'NOTFOUND';
    if (token.used) {
      this.tokenCounts.refresh_reused++;
      this.end(token.family);
      return 'REUSED';
    }
    token.used = true;
    this.tokens.set(next, { ...token, used: false });
    this.families.get(token.family)!.current = next;
    this.tokenCounts.refresh_rotated++;
    return 'done';
  }

  revokeFamily(id: string): number {
    const family = this.tokens.get(id)?.family;
    return Number(family !== undefined && this.end(family) !== undefined);
  }
}

/** Ids by their number in a history, so that steps can speak of one another's. */
export class Ids {
  private readonly known: string[] = [];

  fresh(): string {
    this.known.push(newId());
    return this.known.at(-1)!;
  }

  /** One that a history has seen, or one that nobody has. */
  pick(number: number): string {
    return this.known.length === 0 ? newId() : this.known[number % this.known.length]!;
  }
}
