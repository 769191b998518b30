import { createHash, randomBytes } from 'node:crypto';
import { UNKNOWN, type Autonaming } from '../protocol';
import { ANNOTATIONS } from './annotations';
import { annotated, at, nameOf, withAt, type KubeObject } from './objects';

function suffix(seed: Uint8Array, prefix: string): string {
  if (seed.length === 0) return randomBytes(4).toString('hex');
  // Derived from the seed, so that a plan and its deployment give the same name.
  return createHash('sha256').update(seed).update(prefix).digest('hex').slice(0, 8);
}

function autonamed(inputs: KubeObject, name: string): KubeObject {
  return withAt(
    withAt(inputs, ['metadata', 'name'], name),
    ['metadata', 'annotations', ANNOTATIONS.autonamed],
    'true',
  );
}

/**
 * Gives inputs without a name the one that the resource had, or a new one: `<resource>-<8 hex>`. Named inputs, and
 * those whose name a preview does not know yet, are returned as they are; undefined when the project's
 * configuration forbids automatic names.
 */
export function assignName(
  inputs: KubeObject,
  olds: KubeObject | undefined,
  resourceName: string,
  seed: Uint8Array,
  autonaming: Autonaming | undefined,
): KubeObject | undefined {
  const metadata = at(inputs, 'metadata');
  if (metadata === UNKNOWN || at(metadata, 'name') === UNKNOWN || nameOf(inputs) !== '') return inputs;
  if (olds !== undefined && annotated(olds, ANNOTATIONS.autonamed) && nameOf(olds) !== '') {
    return autonamed(inputs, nameOf(olds));
  }
  if (autonaming?.mode === 'disable') return undefined;
  const prefix = `${resourceName}-`;
  return autonamed(inputs, autonaming?.proposedName ?? prefix + suffix(seed, prefix));
}

/** A name for the owner of a resource's fields in server-side apply; one per resource, kept in its state. */
export function newFieldManager(): string {
  return `pulumi-kubernetes-${randomBytes(4).toString('hex')}`;
}
