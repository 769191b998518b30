import {
  containsUnknown,
  InitializationError,
  UNKNOWN,
  type CheckRequest,
  type CheckResult,
  type CreateRequest,
  type CreateResult,
  type DeleteRequest,
  type DiffRequest,
  type DiffResult,
  type Properties,
  type ReadRequest,
  type ReadResult,
  type ResourceRequest,
  type ResourceType,
  type UpdateRequest,
} from '../protocol';
import { ANNOTATIONS } from './annotations';
import * as api from './api-error';
import { jobReadiness } from './await/readiness';
import { NotReadyError, unreadyReason, waitUntilGone, waitUntilReady } from './await/wait';
import type { Client } from './client';
import type { Config } from './config';
import { diffObjects } from './diff';
import type { Kind } from './kinds';
import { assignName } from './naming';
import { normalize, prune } from './normalize';
import {
  annotated,
  annotation,
  at,
  idOf,
  nameOf,
  namespaceOf,
  parseId,
  withAt,
  type KubeObject,
} from './objects';
import { replacedOn } from './replace';
import { fieldManagerOf, parseState, sealSecret, toState, type Bookkeeping } from './state';
import { applyObject, createObject, withoutIgnored, type WriteContext } from './writes';

/** What all resource types of a provider share. */
export interface Session {
  readonly config: Config;
  readonly client: Client;
  /** Resources whose replacement deletes first: their preview meets the object that is there still. */
  readonly deletedFirst: Set<string>;
}

const PROPAGATION: Readonly<Record<string, string>> = { orphan: 'Orphan', background: 'Background' };
/** Kinds for which `skipAwait` means not to wait for the deletion either. */
const DELETED_WITHOUT_WAIT = new Set(['Namespace', 'Pod', 'DaemonSet', 'Deployment', 'StatefulSet', 'Job']);

/** Objects of one kind as resources. */
export class ObjectType implements ResourceType {
  readonly secretOutputs: readonly string[];

  constructor(
    private readonly kind: Kind,
    private readonly session: () => Session,
  ) {
    this.secretOutputs = kind.apiVersion === 'v1' && kind.kind === 'Secret' ? ['data', 'stringData'] : [];
  }

  check({ news, olds, name, randomSeed, autonaming }: CheckRequest): CheckResult {
    const { apiVersion, kind, namespaced } = this.kind;
    const inputs = normalize({ ...news, apiVersion, kind });
    if (at(inputs, 'metadata', 'generateName') !== undefined) {
      const reason = 'is not supported with server-side apply; leave the name out to have one made';
      return { inputs, failures: [{ property: 'metadata.generateName', reason }] };
    }
    const named = assignName(inputs, olds, name, randomSeed, autonaming);
    if (named === undefined) {
      const reason = 'is required: automatic naming is disabled in the configuration';
      return { inputs, failures: [{ property: 'metadata.name', reason }] };
    }
    const checked =
      namespaced && at(named, 'metadata') !== UNKNOWN && at(named, 'metadata', 'namespace') === undefined
        ? withAt(named, ['metadata', 'namespace'], this.session().config.namespace)
        : named;
    return { inputs: sealSecret(checked), failures: [] };
  }

  async diff({ olds, oldInputs, news, ignoreChanges, urn }: DiffRequest): Promise<DiffResult> {
    const { config, deletedFirst } = this.session();
    const { inputs, live } = parseState(olds, oldInputs);
    const next = this.inNamespace(normalize(news));
    const before = this.inNamespace(prune(normalize(live), normalize(inputs)));
    const named = nameOf(next) === '' ? before : withAt(before, ['metadata', 'name'], nameOf(live));
    const paths = replacedOn(this.kind, next, config.mutable);
    const detailedDiff = diffObjects(named, next, live, paths, ignoreChanges);
    const replaces = Object.entries(detailedDiff).flatMap(([path, { kind }]) =>
      kind.endsWith('-replace') || (kind === 'delete' && path === 'metadata') ? [path] : [],
    );
    if (await this.isUnreadyJob(next, live))
      replaces.push(`metadata.annotations["${ANNOTATIONS.replaceUnready}"]`);
    const deleteBeforeReplace =
      replaces.length > 0 &&
      nameOf(next) !== '' &&
      !annotated(next, ANNOTATIONS.autonamed) &&
      idOf(next) === idOf(this.inNamespace(live));
    if (deleteBeforeReplace) deletedFirst.add(urn);
    const changes = Object.keys(detailedDiff).length > 0 || replaces.length > 0;
    return { changes, replaces, deleteBeforeReplace, detailedDiff };
  }

  async create(request: CreateRequest): Promise<CreateResult> {
    const { inputs, preview, urn } = request;
    if (preview && containsUnknown(inputs)) return { id: '', outputs: inputs };
    const fieldManager = fieldManagerOf(inputs);
    const context = this.writeContext(request, fieldManager, preview);
    let live: KubeObject;
    try {
      live = await createObject(inputs, context);
    } catch (error) {
      if (preview && this.isUnpreviewable(error, request)) return { id: '', outputs: inputs };
      const words = api.explain(error, fieldManager);
      throw new Error(
        `resource "${urn}" was not successfully created by the Kubernetes API server: ${words}`,
        {
          cause: error,
        },
      );
    }
    const book: Bookkeeping = { inputs, fieldManager, initialApiVersion: this.kind.apiVersion };
    if (preview) return { id: '', outputs: toState(created(live, inputs), book) };
    const ready = await this.awaitReady(request, inputs, live, book, 'was successfully created, but');
    return { id: idOf(ready), outputs: toState(ready, book) };
  }

  async read({ id, state, inputs: given, signal, urn }: ReadRequest): Promise<ReadResult | undefined> {
    const { client, config } = this.session();
    const { namespace = this.kind.namespaced ? config.namespace : undefined, name } = parseId(id);
    let live: KubeObject;
    try {
      live = await client.get(this.kind, namespace, name, signal);
    } catch (error) {
      if (api.isNotFound(error)) return undefined;
      if (error instanceof api.UnreachableError && config.deleteUnreachable) return undefined;
      throw new Error(`resource "${urn}" cannot be read: ${api.explain(error)}`, { cause: error });
    }
    const known = state === undefined ? undefined : parseState(state, given);
    const inputs = known === undefined ? imported(live) : prune(normalize(live), normalize(known.inputs));
    const book: Bookkeeping = {
      inputs,
      fieldManager: fieldManagerOf(inputs, state),
      initialApiVersion: known?.initialApiVersion ?? this.kind.apiVersion,
    };
    const found = { id, inputs: sealSecret(inputs), outputs: toState(live, book) };
    const unready = known === undefined ? undefined : await unreadyReason(inputs, live, client);
    if (unready === undefined) return found;
    throw new InitializationError(`${this.kind.kind} "${idOf(live)}" is not ready: ${unready.message}`, {
      ...found,
      reasons: [unready.message, ...unready.reasons],
    });
  }

  async update(request: UpdateRequest): Promise<Properties> {
    const { news, olds, oldInputs, preview, ignoreChanges, id, urn } = request;
    if (preview && containsUnknown(news)) return news;
    const { config, client } = this.session();
    const known = parseState(olds, oldInputs);
    const inputs = normalize(news);
    const fieldManager = fieldManagerOf(inputs, olds);
    const context = this.writeContext(request, fieldManager, preview);
    const book: Bookkeeping = { inputs: news, fieldManager, initialApiVersion: known.initialApiVersion };
    let live: KubeObject | undefined;
    let applied: KubeObject;
    try {
      live = await client.get(this.kind, namespaceOf(inputs), nameOf(known.live), request.signal);
      const wanted = withoutIgnored(inputs, live, ignoreChanges, fieldManager);
      applied = await applyObject(wanted, live, config.patchForce, context);
    } catch (error) {
      if (preview && this.isUnpreviewable(error, request)) return news;
      const words = api.explain(error, fieldManager);
      const gone = api.isNotFound(error) ? '. It was deleted by others: run `pulumi refresh`' : '';
      const message = `update of resource "${urn}" was refused by the Kubernetes API server: ${words}${gone}`;
      if (live === undefined || preview) throw new Error(message, { cause: error });
      // The state keeps the new inputs with the error, so that the next deployment tries again.
      throw new InitializationError(message, { id, outputs: toState(live, book), reasons: [message] });
    }
    if (preview) return toState(withAt(applied, ['metadata', 'resourceVersion'], UNKNOWN), book);
    const ready = await this.awaitReady(request, inputs, applied, book, 'was successfully updated, but');
    return toState(ready, book);
  }

  async delete(request: DeleteRequest): Promise<void> {
    const { id, state, oldInputs, urn, timeoutSeconds, signal, log } = request;
    const { client, config } = this.session();
    const { inputs, live } = parseState(state, oldInputs);
    const { namespace = namespaceOf(live), name } = parseId(id);
    const wish = annotation(inputs, ANNOTATIONS.deletionPropagationPolicy)?.toLowerCase() ?? '';
    try {
      await client.delete(this.kind, namespace, name, PROPAGATION[wish] ?? 'Foreground');
      if (annotated(inputs, ANNOTATIONS.skipAwait) && DELETED_WITHOUT_WAIT.has(this.kind.kind)) return;
      await waitUntilGone(id, live, { client, kind: this.kind, log, signal, timeoutSeconds });
    } catch (error) {
      if (api.isNotFound(error)) return;
      if (error instanceof api.UnreachableError && config.deleteUnreachable) {
        return log.warning(`${error.message}; deleteUnreachable is set, so the resource is only forgotten`);
      }
      throw new Error(`resource "${urn}" was not deleted: ${api.explain(error)}`, { cause: error });
    }
  }

  private inNamespace(object: KubeObject): KubeObject {
    if (at(object, 'metadata') === UNKNOWN) return object;
    const given = at(object, 'metadata', 'namespace');
    const namespace = this.kind.namespaced ? (given ?? this.session().config.namespace) : undefined;
    return withAt(object, ['metadata', 'namespace'], namespace);
  }

  private writeContext(request: ResourceRequest, fieldManager: string, preview: boolean): WriteContext {
    const { signal, log } = request;
    return { client: this.session().client, kind: this.kind, fieldManager, preview, signal, log };
  }

  /** Whether a preview goes on without the server's word, with a warning where a deployment would fail the same way. */
  private isUnpreviewable(error: unknown, { urn, log }: ResourceRequest): boolean {
    if (error instanceof api.UnreachableError || api.isNamespaceMissing(error)) return true;
    if (error instanceof api.ApiError && /does not support dry ?run/i.test(error.message)) return true;
    if (!api.isForbidden(error) && !api.isAlreadyExists(error)) return false;
    if (!this.session().deletedFirst.has(urn)) log.warning(`the preview met: ${api.explain(error)}`);
    return true;
  }

  private async awaitReady(
    request: CreateRequest | UpdateRequest,
    inputs: KubeObject,
    object: KubeObject,
    book: Bookkeeping,
    done: string,
  ): Promise<KubeObject> {
    const { urn, timeoutSeconds, signal, log } = request;
    const { client } = this.session();
    try {
      const ready = await waitUntilReady(inputs, object, {
        client,
        kind: this.kind,
        log,
        signal,
        timeoutSeconds,
      });
      return ready === object ? await this.latest(object) : ready;
    } catch (error) {
      const live = error instanceof NotReadyError ? error.object : object;
      const message = (words: string): string =>
        `resource "${urn}" ${done} the Kubernetes API server reported that it failed to fully initialize or ` +
        `become live: ${words}`;
      const words = error instanceof Error ? error.message : String(error);
      // The engine lists the reasons, so that the first need not repeat the others.
      const reasons =
        error instanceof NotReadyError ? [message(error.summary), ...error.reasons] : [message(words)];
      const partial = { id: idOf(live), outputs: toState(live, book), reasons };
      throw new InitializationError(message(words), partial);
    }
  }

  /** The object with what controllers have added since it was written; as it was written when it cannot be read. */
  private async latest(object: KubeObject): Promise<KubeObject> {
    try {
      return await this.session().client.get(this.kind, namespaceOf(object), nameOf(object));
    } catch {
      return object;
    }
  }

  private async isUnreadyJob(next: KubeObject, live: KubeObject): Promise<boolean> {
    if (this.kind.kind !== 'Job' || !annotated(next, ANNOTATIONS.replaceUnready)) return false;
    try {
      return !jobReadiness(await this.latest(live)).ready;
    } catch {
      return false;
    }
  }
}

/** What a dry run makes up is not what a deployment will give: the program must not see it as known. */
function created(live: KubeObject, inputs: KubeObject): KubeObject {
  let object = withAt(live, ['status'], undefined);
  for (const field of ['creationTimestamp', 'resourceVersion', 'uid']) {
    object = withAt(object, ['metadata', field], UNKNOWN);
  }
  if (live['kind'] !== 'Service' || at(inputs, 'spec', 'clusterIP') !== undefined) return object;
  return ['clusterIP', 'clusterIPs'].reduce(
    (service, field) =>
      at(service, 'spec', field) === undefined ? service : withAt(service, ['spec', field], UNKNOWN),
    object,
  );
}

/** The inputs that an object would have had, had a program made it: all that the server did not add. */
function imported(live: KubeObject): KubeObject {
  const inputs = normalize(withAt(live, ['status'], undefined));
  return withAt(inputs, ['metadata', 'annotations', 'deployment.kubernetes.io/revision'], undefined);
}
