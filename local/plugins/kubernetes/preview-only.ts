import {
  unknownType,
  type CheckRequest,
  type CheckResult,
  type CreateRequest,
  type CreateResult,
  type ResourceType,
} from '../protocol';
import { KINDS_BY_TOKEN, type Kind } from './kinds';
import { ObjectType, type Session } from './resource';

const RELEASE = 'kubernetes:helm.sh/v3:Release';
/** Groups of the package's own, whose resources are no objects. */
const BUNDLES = new Set(['helm.sh', 'kustomize', 'yaml']);

/** The kind of object that a token stands for. The table has no path of it, so that no cluster can be asked. */
function kindOfToken(token: string): Kind | undefined {
  const [, group = '', version = '', kind = ''] =
    /^kubernetes:([^/:]+)\/(v\d[^/:]*):([^/:]+)$/.exec(token) ?? [];
  if (kind === '' || BUNDLES.has(group) || /(List|Patch)$/.test(kind)) return undefined;
  // Without a word of the cluster the official plugin takes what it does not know for namespaced, too.
  return {
    apiVersion: group === 'core' ? version : `${group}/${version}`,
    kind,
    plural: '',
    namespaced: true,
  };
}

/** Whether the plugin knows no more of a type than what a preview without a cluster takes. */
export const isPreviewOnly = (token: string): boolean =>
  !KINDS_BY_TOKEN.has(token) && (token === RELEASE || kindOfToken(token) !== undefined);

/**
 * Objects of kinds that the plugin does not know, and releases of Helm. A preview that finds no cluster shows them as the program
 * has them, as the official plugin's does, so that policies can judge them. Where a cluster answers they are refused: already
 * by the preview, since the update would do it in its middle.
 */
export class PreviewOnlyType implements ResourceType {
  readonly secretOutputs: readonly string[] = [];
  private readonly object: ObjectType | undefined;

  constructor(
    private readonly token: string,
    private readonly session: () => Session,
  ) {
    const kind = kindOfToken(token);
    this.object = kind === undefined ? undefined : new ObjectType(kind, session);
  }

  check(request: CheckRequest): CheckResult {
    return this.object?.check(request) ?? { inputs: request.news, failures: [] };
  }

  async create({ inputs, preview }: CreateRequest): Promise<CreateResult> {
    if (preview && !(await this.session().client.answers())) return { id: '', outputs: inputs };
    return this.refuse();
  }

  // What the official plugin has made is left to it.
  readonly diff = (): never => this.refuse();
  readonly read = (): never => this.refuse();
  readonly delete = (): never => this.refuse();

  private refuse(): never {
    throw unknownType('kubernetes', [...KINDS_BY_TOKEN.keys()], this.token);
  }
}
