import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../protocol';
import { ANNOTATIONS } from '../annotations';
import { isNotFound, isServerTrouble } from '../api-error';
import type { Client } from '../client';
import type { Kind } from '../kinds';
import {
  annotated,
  annotation,
  describe,
  nameOf,
  namespaceOf,
  parseId,
  textAt,
  type KubeObject,
} from '../objects';
import { awaiterOf } from './awaiters';
import { diagnose, holdReasons } from './diagnose';
import type { Readiness } from './readiness';
import { customReadiness } from './wait-for';

const FIRST_POLL_MS = 50;
const POLL_MS = 250;
const DELETE_TIMEOUT_SECONDS = 600;

/** The object exists but is not ready, and why. */
export class NotReadyError extends Error {
  constructor(
    readonly summary: string,
    readonly object: KubeObject,
    readonly reasons: readonly string[],
  ) {
    super([summary, ...reasons].join('\n  - '));
  }
}

export interface WaitContext {
  readonly client: Client;
  readonly kind: Kind;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** The resource's customTimeouts in seconds. */
  readonly timeoutSeconds: number | undefined;
}

/** Seconds to wait: customTimeouts, or the annotation, or the kind's own. */
export function timeoutOf(inputs: KubeObject, custom: number | undefined, fallback: number): number {
  if (custom !== undefined && custom > 0) return custom;
  const text = annotation(inputs, ANNOTATIONS.timeoutSeconds);
  const seconds = text === undefined ? NaN : Number(text);
  return Number.isInteger(seconds) && seconds > 0 ? seconds : fallback;
}

type ReadinessOf = (object: KubeObject) => Readiness | Promise<Readiness>;

/** Every condition that the object must meet: the annotation's in place of the kind's. */
function readinessOf(inputs: KubeObject, object: KubeObject, client: Client): ReadinessOf | undefined {
  if (annotated(inputs, ANNOTATIONS.skipAwait)) return undefined;
  const custom = customReadiness(inputs);
  if (custom !== undefined) return custom;
  const awaiter = awaiterOf(object);
  return awaiter === undefined ? undefined : (live) => awaiter.readiness(live, client);
}

/** Says each message once, as the line that the next replaces; an empty one takes the last away. */
function progress(log: Log): (message: string) => void {
  let last = '';
  return (message) => {
    if (message !== last) log.status(message);
    last = message;
  };
}

async function pause(signal: AbortSignal, round: number): Promise<void> {
  try {
    await sleep(round === 0 ? FIRST_POLL_MS : POLL_MS, undefined, { signal });
  } catch {
    // Cancelled: the caller looks at the signal.
  }
}

/**
 * Waits until the object is ready and returns it as it is then. Throws a {@link NotReadyError} when it has failed, when
 * time is up, when it was deleted meanwhile, or when the run is cancelled.
 */
export async function waitUntilReady(
  inputs: KubeObject,
  object: KubeObject,
  context: WaitContext,
): Promise<KubeObject> {
  const { client, kind, log, signal } = context;
  const check = readinessOf(inputs, object, client);
  if (check === undefined) return object;
  const seconds = timeoutOf(inputs, context.timeoutSeconds, awaiterOf(object)?.timeoutSeconds ?? 600);
  const deadline = Date.now() + seconds * 1000;
  const say = progress(log);
  let live = object;
  for (let round = 0; ; round += 1) {
    await pause(signal, round);
    let message: string;
    try {
      live = await client.get(kind, namespaceOf(object), nameOf(object));
      const readiness = await check(live);
      if (readiness.ready) {
        say('');
        return live;
      }
      message = readiness.message;
      say(message);
      if (readiness.failed === true) throw new NotReadyError(message, live, await diagnose(client, live));
    } catch (error) {
      if (isNotFound(error)) throw new NotReadyError('it was deleted while it was waited for', live, []);
      // An API server that restarts is not the end of the wait.
      if (!isServerTrouble(error)) throw error;
      message = (error as Error).message;
      say(message);
    }
    if (signal.aborted) throw new NotReadyError(`the run was cancelled: ${message}`, live, []);
    if (Date.now() >= deadline) {
      throw new NotReadyError(`timed out after ${seconds} s: ${message}`, live, await diagnose(client, live));
    }
  }
}

/** Why a live object that a refresh read is not ready; undefined when it is, or when nobody asks. */
export async function unreadyReason(
  inputs: KubeObject,
  live: KubeObject,
  client: Client,
): Promise<{ readonly message: string; readonly reasons: readonly string[] } | undefined> {
  const awaiter = awaiterOf(live);
  if (awaiter?.checkedOnRead !== true || annotated(inputs, ANNOTATIONS.skipAwait)) return undefined;
  const { ready, message } = await awaiter.readiness(live, client);
  return ready ? undefined : { message, reasons: await diagnose(client, live) };
}

/** Waits until the object is gone; one of the same name that was made since does not count. */
export async function waitUntilGone(id: string, object: KubeObject, context: WaitContext): Promise<void> {
  const { client, kind, log, signal } = context;
  const { namespace, name } = parseId(id);
  const seconds = timeoutOf(object, context.timeoutSeconds, DELETE_TIMEOUT_SECONDS);
  const deadline = Date.now() + seconds * 1000;
  const uid = textAt(object, 'metadata', 'uid');
  const say = progress(log);
  let live = object;
  for (let round = 0; ; round += 1) {
    try {
      live = await client.get(kind, namespace, name);
      if (uid !== undefined && textAt(live, 'metadata', 'uid') !== uid) return say('');
      // Most are gone before a line about them could be read.
      if (round > 1) say(`Waiting for ${describe(live)} to be gone`);
    } catch (error) {
      if (isNotFound(error)) return say('');
      if (!isServerTrouble(error)) throw error;
      say((error as Error).message);
    }
    const held = holdReasons(live).map((reason) => `\n  - ${reason}`);
    if (signal.aborted)
      throw new Error(`the run was cancelled while ${describe(live)} was being deleted${held.join('')}`);
    if (Date.now() >= deadline) {
      throw new Error(
        `${describe(live)} is being deleted but was not gone after ${seconds} s${held.join('')}`,
      );
    }
    await pause(signal, round);
  }
}
