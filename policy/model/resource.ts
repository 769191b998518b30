/** A map of texts: labels, annotations, data. */
export type Texts = Readonly<Record<string, string>>;

/** What every Kubernetes object may say of itself. */
export interface Metadata {
  readonly name?: string;
  readonly namespace?: string;
  readonly labels?: Texts;
  readonly annotations?: Texts;
}

/** A resource of a program as a rule sees it. Values that a preview cannot know throw when they are read. */
export interface Resource {
  /** Pulumi's type token: `kubernetes:apps/v1:Deployment`. */
  readonly type: string;
  /** Pulumi's name of it, and what identifies it in the stack. */
  readonly name: string;
  readonly urn: string;
  // Of any shape: a rule reads no more than it judges, through an interface of its own.
  readonly props: Readonly<Record<string, unknown>>;
  /** Whether the engine refuses to delete it. */
  readonly protect: boolean;
  /** Inputs whose changes it leaves to others, as paths. */
  readonly ignoreChanges: readonly string[];
  /** Longest times of its operations in seconds; 0 where the provider decides. */
  readonly timeouts: { readonly create: number; readonly update: number; readonly delete: number };
  /** Name of its provider; undefined for what has none, as components. */
  readonly provider?: { readonly type: string; readonly name: string };
}

/** What kind of Kubernetes object a type token stands for. */
export interface Kind {
  /** API group; empty for the core. */
  readonly group: string;
  readonly version: string;
  /** Without the suffix of a patch: `Deployment` for `DeploymentPatch`. */
  readonly kind: string;
  /** Whether the resource changes parts of an object that somebody else made. */
  readonly patch: boolean;
}

/**
 * The kind that a resource's type stands for, or undefined for what is none of the Kubernetes provider's (other providers'
 * resources, components). The provider's bundles of objects, as releases of Helm, have groups of their own: helm.sh, yaml.
 *
 * `kubernetes:apps/v1:DeploymentPatch` is a patch of kind Deployment of group apps; core/v1 is the group without a name.
 */
export function kindOf(type: string): Kind | undefined {
  const [, group = '', version = '', kind = ''] =
    /^kubernetes:(?:([^/:]+)\/)?(v\d[^/:]*):([^:]+)$/.exec(type) ?? [];
  if (kind === '') return undefined;
  // Lists hold objects of their kind; the provider refuses lists that hold others.
  const patch = kind.endsWith('Patch');
  return { group: group === 'core' ? '' : group, version, kind: patch ? kind.slice(0, -5) : kind, patch };
}

/** Whether a resource is an object, or a patch of one, of a kind in a group, in any version. @param group - '' is the core */
export function isKind(
  { type }: Pick<Resource, 'type'>,
  group: string,
  ...kinds: readonly string[]
): boolean {
  const kind = kindOf(type);
  return kind !== undefined && kind.group === group && kinds.includes(kind.kind);
}

/** Whether a resource only changes parts of an object that somebody else made. */
export const isPatch = ({ type }: Pick<Resource, 'type'>): boolean => kindOf(type)?.patch === true;

/** Whether a resource is an object that the stack makes, and no patch of what somebody else made. */
export const isMade = ({ type }: Pick<Resource, 'type'>): boolean => kindOf(type)?.patch === false;

/** An object's metadata; empty where it has none. */
export const metadataOf = ({ props }: Pick<Resource, 'props'>): Metadata =>
  (props['metadata'] as Metadata | undefined) ?? {};

/** An object's spec, as the interface with which a rule reads it; an empty one where it has none. */
export const specOf = <Spec extends object>({ props }: Pick<Resource, 'props'>): Partial<Spec> =>
  (props['spec'] as Partial<Spec> | undefined) ?? {};
