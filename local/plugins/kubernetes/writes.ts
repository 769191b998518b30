import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../protocol';
import { ANNOTATIONS } from './annotations';
import { conflictingManagers, isConflict, isOutdated, isTransient } from './api-error';
import type { Client } from './client';
import type { Kind } from './kinds';
import { isConflictWithPredecessors, ownersOf, takeOver } from './managed-fields';
import { annotated, at, nameOf, namespaceOf, textAt, withAt, type KubeObject } from './objects';
import { parsePath } from './diff';

const CREATE_ATTEMPTS = 6;
const FIRST_RETRY_MS = 500;
const TAKE_OVER_ATTEMPTS = 8;

export interface WriteContext {
  readonly client: Client;
  readonly kind: Kind;
  readonly fieldManager: string;
  readonly preview: boolean;
  readonly signal: AbortSignal;
  readonly log: Log;
}

/**
 * Creates the object. What passes by itself (a namespace that another resource is just making) is tried again for
 * about fifteen seconds, and not at all in a preview.
 */
export async function createObject(inputs: KubeObject, context: WriteContext): Promise<KubeObject> {
  const { client, kind, fieldManager, preview, signal, log } = context;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await client.create(kind, inputs, { fieldManager, dryRun: preview, signal });
    } catch (error) {
      if (preview || attempt >= CREATE_ATTEMPTS || !isTransient(error)) throw error;
      log.status(`Retry #${attempt}; creation failed: ${(error as Error).message}`);
      await sleep(FIRST_RETRY_MS * 2 ** (attempt - 1), undefined, { signal });
    }
  }
}

/**
 * What of the inputs is applied: fields that the program ignores changes of are left to whoever else manages them, and
 * otherwise kept as they are. Paths into lists are compared by the engine only.
 */
export function withoutIgnored(
  inputs: KubeObject,
  live: KubeObject,
  ignored: readonly string[],
  fieldManager: string,
): KubeObject {
  return ignored.reduce<KubeObject>((applied, text) => {
    const steps = parsePath(text);
    const path = steps.filter((step): step is string => typeof step === 'string' && step !== '*');
    if (path.length === 0 || path.length < steps.length) return applied;
    const owners = ownersOf(live, path);
    if (owners.length > 0 && !owners.includes(fieldManager)) return withAt(applied, path, undefined);
    const value = at(live, ...path);
    return value === undefined ? applied : withAt(applied, path, value);
  }, inputs);
}

/** Moves the fields of predecessors to the resource's field manager; a controller that writes meanwhile is met again. */
async function takeOverFields(
  object: KubeObject,
  { client, kind, fieldManager }: WriteContext,
): Promise<void> {
  let live = object;
  for (let attempt = 1; ; attempt += 1) {
    const taken = takeOver(live, fieldManager);
    if (taken === undefined) return;
    try {
      await client.patch(kind, namespaceOf(live), nameOf(live), [
        {
          op: 'test',
          path: '/metadata/resourceVersion',
          value: textAt(live, 'metadata', 'resourceVersion') ?? '',
        },
        { op: 'replace', path: '/metadata/managedFields', value: taken },
      ]);
      return;
    } catch (error) {
      if (attempt >= TAKE_OVER_ATTEMPTS || !isOutdated(error)) throw error;
      live = await client.get(kind, namespaceOf(live), nameOf(live));
    }
  }
}

/**
 * Applies the inputs to the live object as the resource's field manager. Conflicts are errors unless `force`; those
 * with the resource's own create are none.
 */
export async function applyObject(
  inputs: KubeObject,
  live: KubeObject,
  force: boolean,
  context: WriteContext,
): Promise<KubeObject> {
  const { client, kind, fieldManager, preview, signal } = context;
  if (!preview) await takeOverFields(live, context);
  const options = { fieldManager, dryRun: preview, signal };
  const forced = force || annotated(inputs, ANNOTATIONS.patchForce);
  try {
    return await client.apply(kind, inputs, { ...options, force: forced });
  } catch (error) {
    const own =
      preview && isConflict(error) && isConflictWithPredecessors(conflictingManagers(error), fieldManager);
    if (!own) throw error;
    return client.apply(kind, inputs, { ...options, force: true });
  }
}
