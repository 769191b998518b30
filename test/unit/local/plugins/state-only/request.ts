import type {
  CheckResult,
  CreateResult,
  DiffResult,
  Properties,
  ReadResult,
  ResourceRequest,
  ResourceType,
} from '../../../../../local/plugins/protocol';

const silent = (): void => undefined;

/** Asks a resource type directly, as the engine does through the server, for one that answers at once. */
export class Asker {
  private readonly common: ResourceRequest;

  constructor(
    readonly type: ResourceType,
    token = 'test:index/thing:Thing',
  ) {
    const log = { status: silent, debug: silent, info: silent, warning: silent };
    const signal = new AbortController().signal;
    this.common = { urn: `urn:pulumi:dev::p::${token}::name`, name: 'name', type: token, signal, log };
  }

  check(news: Properties): CheckResult {
    const rest = { olds: undefined, randomSeed: new Uint8Array(), autonaming: undefined };
    return this.type.check({ ...this.common, ...rest, news }) as CheckResult;
  }

  /** The reasons of all failures, by property. */
  failures(news: Properties): Record<string, string> {
    return Object.fromEntries(this.check(news).failures.map(({ property, reason }) => [property, reason]));
  }

  create(inputs: Properties, preview = false): CreateResult {
    return this.type.create({ ...this.common, inputs, preview, timeoutSeconds: undefined }) as CreateResult;
  }

  diff(olds: Properties, news: Properties): DiffResult {
    const rest = { id: 'id', oldInputs: {}, ignoreChanges: [] };
    return this.type.diff({ ...this.common, ...rest, olds, news }) as DiffResult;
  }

  update(olds: Properties, news: Properties): Properties {
    const rest = { id: 'id', oldInputs: {}, ignoreChanges: [], preview: false, timeoutSeconds: undefined };
    return this.type.update?.({ ...this.common, ...rest, olds, news }) as Properties;
  }

  read(state: Properties | undefined, inputs: Properties | undefined = {}): ReadResult {
    return this.type.read({ ...this.common, id: 'id', state, inputs }) as ReadResult;
  }
}
