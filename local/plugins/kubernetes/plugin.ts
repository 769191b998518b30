import { pluginVersion, type Plugin, type ResourceType } from '../protocol';
import { Client } from './client';
import { checkConfig, readConfig, replacedConfig } from './config';
import { KINDS_BY_TOKEN } from './kinds';
import { isPreviewOnly, PreviewOnlyType } from './preview-only';
import { ObjectType, type Session } from './resource';

/** The plugin of the `kubernetes` package, for the kinds in `kinds.ts`; of others it has previews without a cluster. */
export function kubernetesPlugin(): Plugin {
  let configured: Session | undefined;
  const session = (): Session => {
    if (configured === undefined) throw new Error('the kubernetes plugin is used before it is configured');
    return configured;
  };
  const types = new Map<string, ResourceType>(
    [...KINDS_BY_TOKEN].map(([token, kind]) => [token, new ObjectType(kind, session)]),
  );
  return {
    name: 'kubernetes',
    version: pluginVersion,
    types: [...types.keys()],
    supportsAutonaming: true,
    resourceType: (token) =>
      types.get(token) ?? (isPreviewOnly(token) ? new PreviewOnlyType(token, session) : undefined),
    checkConfig: ({ news }) => ({ inputs: news, failures: checkConfig(news) }),
    diffConfig: ({ olds, news }) => replacedConfig(olds, news),
    configure: async (inputs) => {
      const config = await readConfig(inputs);
      configured = { config, client: new Client(config), deletedFirst: new Set() };
    },
  };
}
