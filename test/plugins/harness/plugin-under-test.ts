import { spawn, type ChildProcess } from 'node:child_process';
import * as grpc from '@grpc/grpc-js';
import { ResourceProviderClient } from '@pulumi/pulumi/proto/provider_grpc_pb';
import * as rpc from '@pulumi/pulumi/proto/provider_pb';
import { Status } from '@pulumi/pulumi/proto/status_pb';
import { Empty } from 'google-protobuf/google/protobuf/empty_pb';
import { decodeStruct, encodeStruct, type Properties } from '../../../local/plugins/protocol/values';
import { Engine, type Line } from './engine';
import { executableOf } from './executable';

const START_TIMEOUT_MS = 20_000;

/** A refused call: the plugin's words, and what it left behind when the resource exists but is not ready. */
export class PluginError extends Error {
  constructor(
    message: string,
    readonly partial?: {
      readonly id: string;
      readonly outputs: Properties;
      readonly reasons: readonly string[];
    },
  ) {
    super(message);
  }

  static of(error: grpc.ServiceError): PluginError {
    const [details] = error.metadata.get('grpc-status-details-bin');
    for (const any of details instanceof Buffer ? Status.deserializeBinary(details).getDetailsList() : []) {
      if (!any.getTypeUrl().endsWith('pulumirpc.ErrorResourceInitFailed')) continue;
      const failure = rpc.ErrorResourceInitFailed.deserializeBinary(any.getValue_asU8());
      return new PluginError(error.details, {
        id: failure.getId(),
        outputs: decodeStruct(failure.getProperties()),
        reasons: failure.getReasonsList(),
      });
    }
    return new PluginError(error.details);
  }
}

export interface Diff {
  readonly changes: 'unknown' | 'none' | 'some';
  readonly replaces: readonly string[];
  readonly diffs: readonly string[];
  readonly deleteBeforeReplace: boolean;
  readonly detailedDiff:
    Readonly<Record<string, { readonly kind: string; readonly inputDiff: boolean }>> | undefined;
}

const KINDS = ['add', 'add-replace', 'delete', 'delete-replace', 'update', 'update-replace'];

/** A resource as the engine would have it in the state. */
export interface Resource {
  readonly urn: string;
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

type Callback<T> = (error: grpc.ServiceError | null, response: T) => void;

async function call<T>(send: (callback: Callback<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    send((error, response) => (error === null ? resolve(response) : reject(PluginError.of(error))));
  });
}

/** The URN of a resource in a stack of the suite's own. */
export function urnOf(type: string, name: string): string {
  return `urn:pulumi:test::conformance::${type}::${name}`;
}

const running = new Set<PluginUnderTest>();
// Whatever a failed test leaves behind would keep the run from ending.
afterAll(() => Promise.all([...running].map((plugin) => plugin.stop())));

/** A plugin's process, spoken to only as the engine speaks to it. */
export class PluginUnderTest {
  private constructor(
    private readonly process: ChildProcess,
    private readonly client: ResourceProviderClient,
    private readonly engine: Engine,
  ) {}

  /** Starts the plugin `name` (see `executableOf`); `env` is added to the environment. */
  static async start(name: string, env: NodeJS.ProcessEnv = {}): Promise<PluginUnderTest> {
    const engine = new Engine();
    const address = await engine.start();
    const child = spawn(await executableOf(name), [address], {
      env: { ...process.env, ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const port = await new Promise<string>((resolve, reject) => {
      let text = '';
      const timer = setTimeout(
        () => reject(new Error(`the ${name} plugin printed no port`)),
        START_TIMEOUT_MS,
      );
      child.stdout.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        if (!text.includes('\n')) return;
        clearTimeout(timer);
        resolve(text.trim());
      });
      child.once('exit', (code) =>
        reject(new Error(`the ${name} plugin ended with ${code} before it listened`)),
      );
    });
    const credentials = grpc.credentials.createInsecure();
    const limits = { 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 };
    const plugin = new PluginUnderTest(
      child,
      new ResourceProviderClient(`127.0.0.1:${port}`, credentials, limits),
      engine,
    );
    running.add(plugin);
    return plugin;
  }

  /** What the plugin has told the user so far. */
  get lines(): readonly Line[] {
    return this.engine.lines;
  }

  get pid(): number {
    return this.process.pid ?? 0;
  }

  async stop(): Promise<void> {
    if (!running.delete(this)) return;
    this.client.close();
    this.engine.stop();
    if (this.process.exitCode !== null) return;
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.kill('SIGINT');
    await ended;
  }

  async version(): Promise<string> {
    const info = await call<{ getVersion(): string }>((done) => this.client.getPluginInfo(new Empty(), done));
    return info.getVersion();
  }

  async checkConfig(
    type: string,
    news: Properties,
  ): Promise<readonly { property: string; reason: string }[]> {
    const request = new rpc.CheckRequest();
    request.setUrn(urnOf(type, 'provider'));
    request.setNews(encodeStruct(news));
    const response = await call<rpc.CheckResponse>((done) => this.client.checkConfig(request, done));
    return response.getFailuresList().map((entry) => entry.toObject());
  }

  async diffConfig(type: string, olds: Properties, news: Properties): Promise<Diff> {
    const request = new rpc.DiffRequest();
    request.setUrn(urnOf(type, 'provider'));
    request.setOldInputs(encodeStruct(olds));
    request.setOlds(encodeStruct(olds));
    request.setNews(encodeStruct(news));
    return readDiff(await call<rpc.DiffResponse>((done) => this.client.diffConfig(request, done)));
  }

  async configure(config: Properties = {}): Promise<rpc.ConfigureResponse> {
    const request = new rpc.ConfigureRequest();
    request.setArgs(encodeStruct(config));
    request.setAcceptsecrets(true);
    request.setAcceptresources(true);
    request.setSendsOldInputs(true);
    request.setSendsOldInputsToDelete(true);
    // The older spelling, which official plugins still read.
    for (const [key, value] of Object.entries(config)) {
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      request.getVariablesMap().set(`kubernetes:config:${key}`, text);
    }
    return call<rpc.ConfigureResponse>((done) => this.client.configure(request, done));
  }

  /** Throws the failures, if there are any, as one error. */
  async check(urn: string, news: Properties, olds: Properties = {}, seed = 'seed'): Promise<Properties> {
    const request = new rpc.CheckRequest();
    request.setUrn(urn);
    request.setOlds(encodeStruct(olds));
    request.setNews(encodeStruct(news));
    request.setRandomseed(Buffer.from(seed));
    const response = await call<rpc.CheckResponse>((done) => this.client.check(request, done));
    const failures = response
      .getFailuresList()
      .map((entry) => `${entry.getProperty()}: ${entry.getReason()}`);
    if (failures.length > 0) throw new PluginError(failures.join('\n'));
    return decodeStruct(response.getInputs());
  }

  async diff(resource: Resource, news: Properties, ignoreChanges: readonly string[] = []): Promise<Diff> {
    const request = new rpc.DiffRequest();
    request.setId(resource.id);
    request.setUrn(resource.urn);
    request.setOlds(encodeStruct(resource.outputs));
    request.setOldInputs(encodeStruct(resource.inputs));
    request.setNews(encodeStruct(news));
    request.setIgnorechangesList([...ignoreChanges]);
    return readDiff(await call<rpc.DiffResponse>((done) => this.client.diff(request, done)));
  }

  async create(
    urn: string,
    inputs: Properties,
    options: { preview?: boolean; timeout?: number } = {},
  ): Promise<Resource> {
    const request = new rpc.CreateRequest();
    request.setUrn(urn);
    request.setProperties(encodeStruct(inputs));
    request.setPreview(options.preview ?? false);
    request.setTimeout(options.timeout ?? 0);
    const response = await call<rpc.CreateResponse>((done) => this.client.create(request, done));
    return { urn, id: response.getId(), inputs, outputs: decodeStruct(response.getProperties()) };
  }

  /** Checks and creates: what the engine does with a new resource. */
  async make(urn: string, news: Properties, options: { timeout?: number } = {}): Promise<Resource> {
    return this.create(urn, await this.check(urn, news), options);
  }

  /** Undefined when the resource is gone. */
  async read(resource: Resource): Promise<Resource | undefined> {
    return this.readBy(resource.urn, resource.id, resource.outputs, resource.inputs);
  }

  async import(urn: string, id: string): Promise<Resource | undefined> {
    return this.readBy(urn, id, {}, {});
  }

  async update(
    resource: Resource,
    news: Properties,
    options: { preview?: boolean; timeout?: number; ignoreChanges?: readonly string[] } = {},
  ): Promise<Resource> {
    const request = new rpc.UpdateRequest();
    request.setId(resource.id);
    request.setUrn(resource.urn);
    request.setOlds(encodeStruct(resource.outputs));
    request.setOldInputs(encodeStruct(resource.inputs));
    request.setNews(encodeStruct(news));
    request.setPreview(options.preview ?? false);
    request.setTimeout(options.timeout ?? 0);
    request.setIgnorechangesList([...(options.ignoreChanges ?? [])]);
    const response = await call<rpc.UpdateResponse>((done) => this.client.update(request, done));
    return { ...resource, inputs: news, outputs: decodeStruct(response.getProperties()) };
  }

  async delete(resource: Resource, timeout = 0): Promise<void> {
    const request = new rpc.DeleteRequest();
    request.setId(resource.id);
    request.setUrn(resource.urn);
    request.setProperties(encodeStruct(resource.outputs));
    request.setOldInputs(encodeStruct(resource.inputs));
    request.setTimeout(timeout);
    await call<Empty>((done) => this.client.delete(request, done));
  }

  async cancel(): Promise<void> {
    await call<Empty>((done) => this.client.cancel(new Empty(), done));
  }

  private async readBy(
    urn: string,
    id: string,
    state: Properties,
    inputs: Properties,
  ): Promise<Resource | undefined> {
    const request = new rpc.ReadRequest();
    request.setId(id);
    request.setUrn(urn);
    request.setProperties(encodeStruct(state));
    request.setInputs(encodeStruct(inputs));
    const response = await call<rpc.ReadResponse>((done) => this.client.read(request, done));
    if (response.getId() === '') return undefined;
    return {
      urn,
      id: response.getId(),
      inputs: decodeStruct(response.getInputs()),
      outputs: decodeStruct(response.getProperties()),
    };
  }
}

function readDiff(response: rpc.DiffResponse): Diff {
  const detailed = response.getDetaileddiffMap().getEntryList() as [string, unknown][];
  const entry = (path: string): rpc.PropertyDiff =>
    response.getDetaileddiffMap().get(path) ?? new rpc.PropertyDiff();
  return {
    changes: (['unknown', 'none', 'some'] as const)[response.getChanges()] ?? 'unknown',
    replaces: [...response.getReplacesList()].sort(),
    diffs: [...response.getDiffsList()].sort(),
    deleteBeforeReplace: response.getDeletebeforereplace(),
    detailedDiff: response.getHasdetaileddiff()
      ? Object.fromEntries(
          detailed.map(([path]) => [
            path,
            { kind: KINDS[entry(path).getKind()] ?? '?', inputDiff: entry(path).getInputdiff() },
          ]),
        )
      : undefined,
  };
}
