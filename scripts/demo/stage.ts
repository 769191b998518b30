import { createHash, randomBytes } from 'node:crypto';
import type Redis from 'ioredis';
import { changes, type KeyRow, keysOf } from './keys';
import { callLines, cut, keyTable } from './view';

/** What a line of the demo is, for whoever gives it colours. */
export type Style = 'heading' | 'call' | 'reply' | 'text' | 'keys';

/** Takes a line of the demo. */
export type Print = (line: string, style: Style) => void;

/** Roles that the demo takes: an application's calls, cleanup, and a look at the keys. */
export type DemoRole = 'application' | 'cleanup' | 'admin';

/** What a run may be told; each has a default. */
export interface DemoOptions {
  /** The user. @default `demo-` and six random characters */
  readonly user?: string;
  /** Makes a token. @default 32 random bytes in base64url */
  readonly newToken?: () => string;
  /** Ends the run before its next call; it still removes what it wrote. */
  readonly signal?: AbortSignal;
}

/** Seconds to live of what the demo writes: should its process be killed, nothing stays for longer. */
export const lifetime = '300';

/** A token of a client, and the id by which Redis knows it. */
export interface Token {
  readonly token: string;
  readonly id: string;
}

/** Where the demo plays: it makes tokens, calls functions and shows what comes of it. */
export class Stage {
  readonly user: string;
  private readonly newToken: () => string;
  private readonly signal: AbortSignal | undefined;
  private readonly clients = new Map<DemoRole, Redis>();
  private readonly ids: string[] = [];
  private seen: readonly KeyRow[] = [];

  constructor(
    private readonly connectAs: (role: DemoRole) => Redis,
    readonly print: Print,
    options: DemoOptions,
  ) {
    this.user = options.user ?? `demo-${randomBytes(3).toString('hex')}`;
    this.newToken = options.newToken ?? (() => randomBytes(32).toString('base64url'));
    this.signal = options.signal;
  }

  private as(role: DemoRole): Redis {
    const client = this.clients.get(role) ?? this.connectAs(role);
    this.clients.set(role, client);
    return client;
  }

  /** A token as an application makes it, and its id. */
  token(): Token {
    const token = this.newToken();
    const id = createHash('sha256').update(token).digest('base64url');
    this.ids.push(id);
    return { token, id };
  }

  heading(text: string): void {
    this.print('', 'text');
    this.print(text, 'heading');
  }

  say(...lines: string[]): void {
    lines.forEach((line) => this.print(`   ${line}`.trimEnd(), 'text'));
  }

  /** Shows a reply. Ids are cut. */
  reply(...lines: string[]): void {
    lines.forEach((line) => this.print(`   → ${cut(line)}`, 'reply'));
  }

  /**
   * Calls a function and shows the call.
   *
   * @throws Error when it is refused, or when the run is to end
   */
  async call<T>(role: DemoRole, name: string, keys: readonly string[], ...args: string[]): Promise<T> {
    this.signal?.throwIfAborted();
    callLines(name, keys, args).forEach((line) => this.print(`   ${line}`, 'call'));
    return this.fcall(role, name, keys, ...args);
  }

  /** Calls a function and shows nothing. */
  async fcall<T>(role: DemoRole, name: string, keys: readonly string[], ...args: string[]): Promise<T> {
    try {
      return (await this.as(role).call('FCALL', name, keys.length, ...keys, ...args)) as T;
    } catch (error) {
      throw new Error(`${name}: ${(error as Error).message}`, { cause: error });
    }
  }

  /** Shows what has become of the user's keys since last time. */
  async keys(): Promise<void> {
    const rows = await keysOf(this.as('admin'), this.user, this.ids);
    this.print('', 'text');
    keyTable(changes(this.seen, rows)).forEach((line) => this.print(`   ${line}`, 'keys'));
    this.seen = rows;
  }

  /**
   * Removes all that was written of the user.
   *
   * @throws Error when it could not be removed
   */
  async clear(): Promise<void> {
    // What made the run fail may be its connections.
    this.leave();
    try {
      const stats = 'session_stats';
      await this.fcall('application', 'session_revoke_all', [
        `user_sessions:${this.user}`,
        'session_cleanup',
        stats,
      ]);
      await this.fcall('application', 'refresh_revoke_all', [
        `user_refresh_tokens:${this.user}`,
        'refresh_token_cleanup',
        stats,
      ]);
      // Marks of used tokens, for which there is no function: their time is to run out.
      if (this.ids.length > 0) await this.as('admin').unlink(this.ids.map((id) => `refresh_token:${id}`));
      const left = await keysOf(this.as('admin'), this.user, this.ids);
      if (left.length > 0) throw new Error(`there is still ${left.map(({ key }) => key).join(', ')}`);
    } catch (error) {
      const reason = (error as Error).message;
      throw new Error(
        `what was written of user ${this.user} was not removed, and expires in ${lifetime} s: ${reason}`,
        { cause: error },
      );
    }
  }

  /** Closes the connections. */
  leave(): void {
    this.clients.forEach((client) => client.disconnect());
    this.clients.clear();
  }
}
