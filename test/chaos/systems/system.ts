import type { ChildProcess } from 'node:child_process';
import type { Place } from '../inside/place';

/** A group of Redis servers and Sentinels that the harness loads, looks at and breaks. */
export interface System {
  readonly name: string;
  readonly place: Place;
  /**
   * Starts a program of test/chaos/inside where clients are, with pipes for its input and output.
   * @param near - server whose machine the clients are on; else they are on another one than the master's
   */
  spawn(script: string, near?: string): Promise<ChildProcess>;
  /** What people want to see when something went wrong: states and last lines of logs. */
  describe(): Promise<string>;
}
