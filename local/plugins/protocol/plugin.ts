import type { Properties } from './values';

/**
 * What every request says of the resource. Property values in requests are plain (secrets unwrapped), `UNKNOWN`
 * where a preview does not know them; the server marks the results secret by the names of the inputs.
 */
export interface ResourceRequest {
  readonly urn: string;
  /** The resource's name in the program, the last part of its URN. */
  readonly name: string;
  /** The type token, as `random:index/randomId:RandomId`. */
  readonly type: string;
  /** Aborted when the user cancels the run: stop waiting and say what state things are in. */
  readonly signal: AbortSignal;
  /** Tells the user something about this resource. */
  readonly log: Log;
}

/** Lines for the user, shown with the resource they are about. */
export interface Log {
  /** A line that the next one replaces: progress of a wait. */
  status(message: string): void;
  debug(message: string): void;
  info(message: string): void;
  warning(message: string): void;
}

/** How the engine wants names of resources that the program does not name: `propose` may be refined. */
export type Autonaming =
  { readonly mode: 'propose' | 'enforce'; readonly proposedName: string } | { readonly mode: 'disable' };

export interface CheckRequest extends ResourceRequest {
  /** The inputs of the last deployment; undefined for a new resource. */
  readonly olds: Properties | undefined;
  readonly news: Properties;
  /** Bytes to derive generated names from, the same for a preview's plan and its deployment; may be empty. */
  readonly randomSeed: Uint8Array;
  readonly autonaming: Autonaming | undefined;
}

export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

export interface CheckResult {
  readonly inputs: Properties;
  readonly failures: readonly CheckFailure[];
}

export interface DiffRequest extends ResourceRequest {
  readonly id: string;
  /** The state: outputs of the last operation. */
  readonly olds: Properties;
  readonly oldInputs: Properties;
  readonly news: Properties;
  readonly ignoreChanges: readonly string[];
}

export type PropertyDiffKind =
  'add' | 'add-replace' | 'delete' | 'delete-replace' | 'update' | 'update-replace';

export interface PropertyDiff {
  readonly kind: PropertyDiffKind;
  /** True when the difference is between old and new inputs, false (the default) when between state and inputs. */
  readonly inputDiff?: boolean;
}

export interface DiffResult {
  readonly changes: boolean;
  /** Properties that cannot change in place; any makes the change a replacement. */
  readonly replaces?: readonly string[];
  /** Top-level properties that changed. */
  readonly diffs?: readonly string[];
  /** Default false: the replacement is created first. */
  readonly deleteBeforeReplace?: boolean;
  /** By property path (`spec.ports[0].name`); leave out to let the engine compare inputs. */
  readonly detailedDiff?: Readonly<Record<string, PropertyDiff>>;
}

export interface CreateRequest extends ResourceRequest {
  readonly inputs: Properties;
  readonly preview: boolean;
  /** The resource's customTimeouts in seconds; undefined when the program sets none. */
  readonly timeoutSeconds: number | undefined;
}

export interface CreateResult {
  /** Ignored in a preview. */
  readonly id: string;
  readonly outputs: Properties;
}

export interface ReadRequest extends ResourceRequest {
  readonly id: string;
  /** Undefined for an import. */
  readonly state: Properties | undefined;
  /** Undefined for an import. */
  readonly inputs: Properties | undefined;
}

export interface ReadResult {
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

export interface UpdateRequest extends ResourceRequest {
  readonly id: string;
  readonly olds: Properties;
  readonly oldInputs: Properties;
  readonly news: Properties;
  readonly ignoreChanges: readonly string[];
  readonly preview: boolean;
  readonly timeoutSeconds: number | undefined;
}

export interface DeleteRequest extends ResourceRequest {
  readonly id: string;
  readonly state: Properties;
  readonly oldInputs: Properties;
  readonly timeoutSeconds: number | undefined;
}

type Awaitable<T> = T | Promise<T>;

/** What a plugin does with resources of one type. A thrown Error's message is what the user reads. */
export interface ResourceType {
  check(request: CheckRequest): Awaitable<CheckResult>;
  diff(request: DiffRequest): Awaitable<DiffResult>;
  create(request: CreateRequest): Awaitable<CreateResult>;
  /** Undefined when the resource is gone. */
  read(request: ReadRequest): Awaitable<ReadResult | undefined>;
  /** Left out by types whose every change is a replacement. */
  update?(request: UpdateRequest): Awaitable<Properties>;
  delete(request: DeleteRequest): Awaitable<void>;
  /** Top-level outputs that are secret whatever the inputs were. */
  readonly secretOutputs: readonly string[];
}

export interface ConfigRequest {
  readonly urn: string;
  /** The provider resource's inputs, plain; `UNKNOWN` where a preview does not know them. */
  readonly news: Properties;
}

/** A resource plugin. */
export interface Plugin {
  /** The package's name, as in `pulumi-resource-<name>`. */
  readonly name: string;
  /** The package's version, without `v`. */
  readonly version: string;
  /** Tokens of all types, for the message that refuses others. */
  readonly types: readonly string[];
  resourceType(token: string): ResourceType | undefined;
  /** Default: every configuration is accepted as it is. */
  checkConfig?(request: ConfigRequest): Awaitable<CheckResult>;
  /** Names of provider inputs whose change replaces the provider and with it its resources. Default: none. */
  diffConfig?(request: {
    readonly olds: Properties;
    readonly news: Properties;
  }): Awaitable<readonly string[]>;
  /** Called once, before the first resource; a rejection fails every resource of the provider. */
  configure?(config: Properties): Promise<void>;
  /** Whether `pulumi:autonaming` in the project's configuration is respected. Default false. */
  readonly supportsAutonaming?: boolean;
}

/**
 * The resource was made or changed but did not become ready. The engine keeps it in the state with its errors, and
 * the next deployment tries again.
 */
export class InitializationError extends Error {
  constructor(
    message: string,
    readonly partial: {
      readonly id: string;
      readonly outputs: Properties;
      /** Only for reads. */
      readonly inputs?: Properties;
      readonly reasons: readonly string[];
    },
  ) {
    super(message);
  }
}

/** What refuses a resource of a type that a plugin does not know. */
export const unknownType = (plugin: string, types: readonly string[], token: string): Error =>
  new Error(
    `the embedded ${plugin} plugin does not know ${token}; it knows: ${[...types].sort().join(', ')}. ` +
      `For other types use the official ${plugin} plugin`,
  );
