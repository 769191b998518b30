import { setMaxListeners } from 'node:events';
import { PluginInfo } from '@pulumi/pulumi/proto/plugin_pb';
import * as rpc from '@pulumi/pulumi/proto/provider_pb';
import { Empty } from 'google-protobuf/google/protobuf/empty_pb';
import type { PluginAttach } from '@pulumi/pulumi/proto/plugin_pb';
import type { Struct } from 'google-protobuf/google/protobuf/struct_pb';
import type { Engine } from './engine';
import { InitializationError, unknownType } from './plugin';
import type {
  Autonaming,
  CheckResult,
  DiffResult,
  Plugin,
  PropertyDiffKind,
  ResourceRequest,
  ResourceType,
} from './plugin';
import { decodeStruct, encodeStruct, markSecrets, plainProperties, Secret, type Properties } from './values';

const DIFF_KINDS: Readonly<Record<PropertyDiffKind, rpc.PropertyDiff.Kind>> = {
  add: rpc.PropertyDiff.Kind.ADD,
  'add-replace': rpc.PropertyDiff.Kind.ADD_REPLACE,
  delete: rpc.PropertyDiff.Kind.DELETE,
  'delete-replace': rpc.PropertyDiff.Kind.DELETE_REPLACE,
  update: rpc.PropertyDiff.Kind.UPDATE,
  'update-replace': rpc.PropertyDiff.Kind.UPDATE_REPLACE,
};

/** The type token and the name in a URN `urn:pulumi:stack::project::parent$type::name`. */
export function parseUrn(urn: string): { readonly type: string; readonly name: string } {
  const [, , types = '', ...name] = urn.split('::');
  return { type: types.slice(types.lastIndexOf('$') + 1), name: name.join('::') };
}

function properties(struct: Struct | undefined): Properties {
  return plainProperties(decodeStruct(struct));
}

function checkResponse(result: CheckResult, news: Properties): rpc.CheckResponse {
  const response = new rpc.CheckResponse();
  response.setInputs(encodeStruct(markSecrets(result.inputs, news)));
  response.setFailuresList(
    result.failures.map(({ property, reason }) => {
      const failure = new rpc.CheckFailure();
      failure.setProperty(property);
      failure.setReason(reason);
      return failure;
    }),
  );
  return response;
}

function diffResponse(result: DiffResult): rpc.DiffResponse {
  const response = new rpc.DiffResponse();
  const { DIFF_SOME, DIFF_NONE } = rpc.DiffResponse.DiffChanges;
  response.setChanges(result.changes ? DIFF_SOME : DIFF_NONE);
  response.setReplacesList([...(result.replaces ?? [])]);
  response.setDiffsList([...(result.diffs ?? [])]);
  response.setDeletebeforereplace(result.deleteBeforeReplace ?? false);
  if (result.detailedDiff !== undefined) {
    response.setHasdetaileddiff(true);
    for (const [path, { kind, inputDiff }] of Object.entries(result.detailedDiff)) {
      const diff = new rpc.PropertyDiff();
      diff.setKind(DIFF_KINDS[kind]);
      diff.setInputdiff(inputDiff ?? false);
      response.getDetaileddiffMap().set(path, diff);
    }
  }
  return response;
}

function autonamingOf(request: rpc.CheckRequest): Autonaming | undefined {
  const options = request.getAutonaming();
  if (options === undefined) return undefined;
  const { DISABLE, ENFORCE } = rpc.CheckRequest.AutonamingOptions.Mode;
  const mode = options.getMode();
  if (mode === DISABLE) return { mode: 'disable' };
  return { mode: mode === ENFORCE ? 'enforce' : 'propose', proposedName: options.getProposedName() };
}

/** The answers to the engine's calls, each a promise of the response message. */
export class Handlers {
  private readonly cancelled = new AbortController();

  constructor(
    private readonly plugin: Plugin,
    private readonly engine: Engine,
  ) {
    // Every request of every resource listens.
    setMaxListeners(0, this.cancelled.signal);
  }

  getPluginInfo(): PluginInfo {
    const info = new PluginInfo();
    info.setVersion(this.plugin.version);
    return info;
  }

  attach(request: PluginAttach): Empty {
    this.engine.attach(request.getAddress());
    return new Empty();
  }

  cancel(): Empty {
    this.cancelled.abort(new Error('the run was cancelled'));
    return new Empty();
  }

  getSchema(): rpc.GetSchemaResponse {
    const response = new rpc.GetSchemaResponse();
    response.setSchema('{}');
    return response;
  }

  async checkConfig(request: rpc.CheckRequest): Promise<rpc.CheckResponse> {
    const news = decodeStruct(request.getNews());
    const checked = await this.plugin.checkConfig?.({ urn: request.getUrn(), news: plainProperties(news) });
    return checkResponse(checked ?? { inputs: news, failures: [] }, news);
  }

  async diffConfig(request: rpc.DiffRequest): Promise<rpc.DiffResponse> {
    const olds = properties(request.getOldInputs());
    const news = properties(request.getNews());
    const diffs = [...new Set([...Object.keys(olds), ...Object.keys(news)])].filter(
      (key) => JSON.stringify(olds[key]) !== JSON.stringify(news[key]),
    );
    const replaces = (await this.plugin.diffConfig?.({ olds, news })) ?? [];
    return diffResponse({ changes: diffs.length > 0, diffs, replaces });
  }

  async configure(request: rpc.ConfigureRequest): Promise<rpc.ConfigureResponse> {
    await this.plugin.configure?.(properties(request.getArgs()));
    const response = new rpc.ConfigureResponse();
    response.setAcceptsecrets(true);
    response.setSupportspreview(true);
    response.setSupportsAutonamingConfiguration(this.plugin.supportsAutonaming ?? false);
    return response;
  }

  async check(request: rpc.CheckRequest): Promise<rpc.CheckResponse> {
    const { type, common } = this.resource(request.getUrn());
    const news = decodeStruct(request.getNews());
    const olds = request.getOlds();
    const result = await type.check({
      ...common,
      olds: olds === undefined || olds.getFieldsMap().getLength() === 0 ? undefined : properties(olds),
      news: plainProperties(news),
      randomSeed: request.getRandomseed_asU8(),
      autonaming: autonamingOf(request),
    });
    return checkResponse(result, news);
  }

  async diff(request: rpc.DiffRequest): Promise<rpc.DiffResponse> {
    const { type, common } = this.resource(request.getUrn());
    return diffResponse(
      await type.diff({
        ...common,
        id: request.getId(),
        olds: properties(request.getOlds()),
        oldInputs: properties(request.getOldInputs()),
        news: properties(request.getNews()),
        ignoreChanges: request.getIgnorechangesList(),
      }),
    );
  }

  async create(request: rpc.CreateRequest): Promise<rpc.CreateResponse> {
    const { type, common } = this.resource(request.getUrn());
    const inputs = decodeStruct(request.getProperties());
    const preview = request.getPreview();
    const created = await this.sealing(type, inputs, () =>
      type.create({
        ...common,
        inputs: plainProperties(inputs),
        preview,
        timeoutSeconds: request.getTimeout() || undefined,
      }),
    );
    const response = new rpc.CreateResponse();
    if (!preview) response.setId(created.id);
    response.setProperties(encodeStruct(seal(type, created.outputs, inputs)));
    return response;
  }

  async read(request: rpc.ReadRequest): Promise<rpc.ReadResponse> {
    const { type, common } = this.resource(request.getUrn());
    const given = decodeStruct(request.getInputs());
    const state = decodeStruct(request.getProperties());
    const isImport = Object.keys(state).length === 0;
    const found = await this.sealing(type, given, () =>
      type.read({
        ...common,
        id: request.getId(),
        state: isImport ? undefined : plainProperties(state),
        inputs: isImport ? undefined : plainProperties(given),
      }),
    );
    const response = new rpc.ReadResponse();
    if (found === undefined) return response;
    response.setId(found.id);
    response.setProperties(encodeStruct(seal(type, found.outputs, state)));
    response.setInputs(encodeStruct(markSecrets(found.inputs, given)));
    return response;
  }

  async update(request: rpc.UpdateRequest): Promise<rpc.UpdateResponse> {
    const { type, common } = this.resource(request.getUrn());
    if (type.update === undefined) throw new Error(`${common.type} cannot be changed in place`);
    const update = type.update.bind(type);
    const news = decodeStruct(request.getNews());
    const outputs = await this.sealing(type, news, () =>
      update({
        ...common,
        id: request.getId(),
        olds: properties(request.getOlds()),
        oldInputs: properties(request.getOldInputs()),
        news: plainProperties(news),
        ignoreChanges: request.getIgnorechangesList(),
        preview: request.getPreview(),
        timeoutSeconds: request.getTimeout() || undefined,
      }),
    );
    const response = new rpc.UpdateResponse();
    response.setProperties(encodeStruct(seal(type, outputs, news)));
    return response;
  }

  async delete(request: rpc.DeleteRequest): Promise<Empty> {
    const { type, common } = this.resource(request.getUrn());
    await type.delete({
      ...common,
      id: request.getId(),
      state: properties(request.getProperties()),
      oldInputs: properties(request.getOldInputs()),
      timeoutSeconds: request.getTimeout() || undefined,
    });
    return new Empty();
  }

  private resource(urn: string): { readonly type: ResourceType; readonly common: ResourceRequest } {
    const { type: token, name } = parseUrn(urn);
    const type = this.plugin.resourceType(token);
    if (type === undefined) throw unknownType(this.plugin.name, this.plugin.types, token);
    const common = { urn, name, type: token, signal: this.cancelled.signal, log: this.engine.log(urn) };
    return { type, common };
  }

  /** What a half-finished resource leaves in the state is as secret as what a finished one does. */
  private async sealing<T>(
    type: ResourceType,
    like: Properties,
    operation: () => T | Promise<T>,
  ): Promise<T> {
    try {
      return await operation();
    } catch (error) {
      if (!(error instanceof InitializationError)) throw error;
      const { outputs, inputs } = error.partial;
      throw new InitializationError(error.message, {
        ...error.partial,
        outputs: seal(type, outputs, like),
        ...(inputs === undefined ? {} : { inputs: markSecrets(inputs, like) }),
      });
    }
  }
}

/** Outputs with everything secret in them marked: what the type declares, and what was secret in the inputs. */
function seal(type: ResourceType, outputs: Properties, inputs: Properties): Properties {
  const marked = { ...markSecrets(outputs, inputs) };
  // Resources that keep a copy of their inputs in the state keep its secrets as such.
  const copy = marked['__inputs'];
  if (copy !== undefined && typeof copy === 'object' && copy !== null && !(copy instanceof Secret)) {
    const original = inputs['__inputs'];
    const like = original === undefined ? inputs : (original as Properties);
    marked['__inputs'] = markSecrets(copy as Properties, like);
  }
  for (const name of type.secretOutputs) {
    const value = marked[name];
    if (value !== undefined && !(value instanceof Secret)) marked[name] = new Secret(value);
  }
  return marked;
}
