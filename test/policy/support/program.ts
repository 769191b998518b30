import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { podsOf } from '../../../policy/model/pods';
import { kindOf, type Resource } from '../../../policy/model/resource';
import type * as Resources from '../../../scripts/resources';
import type { Registered } from '../../../scripts/record';

/** The environments that the project has a stack of. */
export const environments = ['dev', 'staging', 'prod'] as const;
export type Environment = (typeof environments)[number];

// Whatever a case wants to break.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Anything = any;

/** A resource that a case may change. */
export type Changeable = {
  -readonly [Key in keyof Resource]: Key extends 'props' ? Anything : Resource[Key];
};

/**
 * A copy of plain data, whose objects are of the realm that tests run in. Those of structuredClone are of Jest's own, which the
 * engine's proxy takes for plain values: nothing in them would ever be unknown. Texts are not written anew, as JSON would.
 */
export function copied<Of>(of: Of): Of {
  if (typeof of !== 'object' || of === null) return of;
  if (Array.isArray(of)) return of.map((one: unknown) => copied(one)) as Of;
  const copy: Anything = {};
  for (const [key, value] of Object.entries(of))
    if (value !== undefined) copy[key] = copied(value as unknown);
  return copy as Of;
}

/** The resources of a stack, to be changed by cases. */
export class Program {
  constructor(readonly resources: Changeable[]) {}

  /** Another one that can be changed by itself. */
  copy(): Program {
    return new Program(copied(this.resources));
  }

  /** All objects of a kind. */
  all(kind: string): Changeable[] {
    return this.resources.filter(({ type }) => kindOf(type)?.kind === kind);
  }

  /**
   * The object of a kind with a Kubernetes name, or with a text that its name begins with where that is one alone.
   * @throws Error where there is none, or more than one
   */
  object(kind: string, name: string): Changeable {
    const of = this.all(kind);
    const exact = of.filter(({ props }) => props.metadata?.name === name);
    const found = exact.length > 0 ? exact : of.filter(({ props }) => props.metadata?.name?.startsWith(name));
    if (found.length !== 1) throw new Error(`${found.length} objects of kind ${kind} are named ${name}`);
    return found[0]!;
  }

  /** Properties of such an object. */
  props(kind: string, name: string): Anything {
    return this.object(kind, name).props;
  }

  /** Spec of the pods that such an object makes. */
  pod(kind: string, name: string): Anything {
    return podsOf(this.object(kind, name))!.spec;
  }

  /** The pod's own container, or the sidecar or init container of a name. */
  container(kind: string, name: string, container?: string): Anything {
    const pod = this.pod(kind, name) as { containers: Anything[]; initContainers?: Anything[] };
    if (container === undefined) return pod.containers[0];
    const found = [...pod.containers, ...(pod.initContainers ?? [])].find((one) => one.name === container);
    if (found === undefined) throw new Error(`${kind} ${name} has no container ${container}`);
    return found;
  }

  /** Takes resources away. @throws Error where that is none */
  remove(which: (resource: Changeable) => boolean): void {
    const before = this.resources.length;
    this.resources.splice(0, before, ...this.resources.filter((resource) => !which(resource)));
    if (this.resources.length === before) throw new Error('nothing was removed');
  }

  /** Adds an object as the program would register it, with the program's provider. */
  add(type: string, props: Anything, changes: Partial<Changeable> = {}): void {
    const name = `${(props as { metadata?: { name?: string } }).metadata?.name ?? 'added'}-${type.split(':').at(-1)}`;
    const provider = this.resources.find((one) => one.provider !== undefined)?.provider;
    this.resources.push({
      type,
      name,
      urn: urnOf(type, name),
      props,
      protect: false,
      ignoreChanges: [],
      timeouts: { create: 0, update: 0, delete: 0 },
      ...(provider === undefined ? {} : { provider }),
      ...changes,
    });
  }
}

const urnOf = (type: string, name: string) => `urn:pulumi:test::session-database::${type}::${name}`;

const resourceOf = (of: Registered): Changeable => ({
  type: of.type,
  name: of.name,
  urn: urnOf(of.type, of.name),
  props: of.inputs,
  protect: of.protect,
  ignoreChanges: of.ignoreChanges,
  timeouts: of.timeouts,
  ...(of.provider === ''
    ? {}
    : { provider: { type: `pulumi:providers:${packageOf(of)}`, name: of.provider } }),
});

const packageOf = ({ type }: Registered) => type.split(':')[0] ?? '';

/**
 * The resources of an environment's own stack, as the program registers them in an update; of a recording in the folder
 * RECORDED_PROGRAMS where there is one, as mutation tests would make the same one a thousand times.
 */
export async function programOf(environment: Environment): Promise<Program> {
  const folder = process.env['RECORDED_PROGRAMS'];
  const registered =
    folder === undefined
      ? await program().resourcesOf(environment, read)
      : (JSON.parse(readFileSync(join(folder, `${environment}.json`), 'utf8')) as readonly Registered[]);
  return new Program(copied(registered.map(resourceOf)));
}

// Only where it is run: loading Pulumi's SDK takes longer than most tests.
const program = () =>
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  require('../../../scripts/resources') as typeof Resources;

const read = (path: string) => readFileSync(join(__dirname, '..', '..', '..', path), 'utf8');
