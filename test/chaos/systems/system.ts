import type { ChildProcess } from 'node:child_process';
import type { Place } from '../inside/place';

/** Where clients are: on the machine of a server, or on another one. */
export type Site = { readonly near: string } | { readonly awayFrom: string };

/** A group of Redis servers and Sentinels that the harness loads, looks at and breaks. */
export interface System {
  readonly name: string;
  readonly place: Place;
  /** Starts a program of test/chaos/inside where clients are, with pipes for its input and output. @default anywhere */
  spawn(script: string, site?: Site): Promise<ChildProcess>;
  /** Makes what earlier runs have killed as good as new, but the master, which is left alone. */
  refresh?(master: string): Promise<void>;
  /** What people want to see when something went wrong: states and last lines of logs. */
  describe(): Promise<string>;
}
