import { whenKnown } from '../../model/known';
import { knownDataOf } from '../../model/mounts';
import { isKind, type Resource } from '../../model/resource';
import { resourceRule } from '../../model/rule';
import { yamlOf } from '../../model/yaml';

interface Node {
  readonly [key: string]: unknown;
}

// Fields that each have a twin that ends in _file.
const secretFields = new Set([
  ...[
    'password',
    'credentials',
    'client_secret',
    'bearer_token',
    'token',
    'user_key',
    'bot_token',
    'app_token',
  ],
  ...['routing_key', 'service_key', 'api_key', 'api_secret', 'secret_key', 'auth_password', 'auth_secret'],
  ...['webhook_url', 'slack_api_url', 'slack_app_token', 'smtp_auth_password', 'smtp_auth_secret'],
  ...['opsgenie_api_key', 'victorops_api_key', 'wechat_api_secret', 'telegram_bot_token'],
]);

// Names that are no secret elsewhere.
const secretFieldsOf: Readonly<Record<string, string>> = {
  webhook_configs: 'url',
  slack_configs: 'api_url',
};

/** Paths of secrets that are written where a file could be named; never what they are. */
const writtenSecrets = (node: unknown, path: readonly string[] = [], within = ''): string[] =>
  Array.isArray(node)
    ? node.flatMap((one, nth) => writtenSecrets(one, [...path, `${nth}`], within))
    : isNode(node)
      ? Object.entries(node).flatMap(([key, value]) =>
          typeof value === 'string' && (secretFields.has(key) || secretFieldsOf[within] === key)
            ? [[...path, key].join('.')]
            : writtenSecrets(value, [...path, key], key),
        )
      : [];

const isNode = (node: unknown): node is Node => typeof node === 'object' && node !== null;

interface Route {
  readonly receiver?: string;
  readonly matchers?: string | readonly string[];
  readonly match?: { readonly alertname?: string };
  readonly match_re?: { readonly alertname?: string };
  readonly routes?: readonly Route[] | null;
}

interface Configuration {
  readonly route?: Route | null;
  readonly receivers?: readonly Node[] | null;
}

const matchesWatchdog = ({ matchers = [], match, match_re }: Route): boolean =>
  [matchers].flat().some((matcher) => /\balertname\s*=~?.*\bWatchdog\b/.test(matcher)) ||
  match?.alertname === 'Watchdog' ||
  /\bWatchdog\b/.test(match_re?.alertname ?? '');

const routesOf = (route: Route): Route[] => [route, ...(route.routes ?? []).flatMap(routesOf)];

function watchdogProblems({ route, receivers }: Configuration, answered: boolean): string[] {
  const own = routesOf(route ?? {}).filter(matchesWatchdog);
  if (own.length === 0) return ['no route is for the alert Watchdog'];
  const tells = ({ receiver }: Route) =>
    (receivers ?? []).some(
      (one) => one['name'] === receiver && Object.keys(one).some((key) => key.endsWith('_configs')),
    );
  return answered && !own.some(tells) ? ['the alert Watchdog is told to nobody'] : [];
}

interface Settings {
  readonly files: readonly string[];
  readonly watchdogTold: boolean;
}

/** Where an Alertmanager's configuration may be: in a Secret as base64 or text, in a ConfigMap as text. */
const places: readonly (readonly [kind: string, field: 'data' | 'stringData', encoding: BufferEncoding])[] = [
  ['Secret', 'data', 'base64'],
  ['Secret', 'stringData', 'utf8'],
  ['ConfigMap', 'data', 'utf8'],
];

function configurationsOf(resource: Resource, files: readonly string[]): (readonly [string, string])[] {
  return places.flatMap(([kind, field, encoding]) => {
    if (!isKind(resource, '', kind)) return [];
    const data = knownDataOf(resource, field);
    return files
      .filter((file) => file in data)
      .flatMap((file) => {
        // Where a Secret is computed its text is judged by the update.
        const text = whenKnown(() => data[file]);
        return text === undefined ? [] : [[file, Buffer.from(text, encoding).toString('utf8')] as const];
      });
  });
}

/** Whoever reads an Alertmanager's configuration, in its web interface too, cannot speak in its name. */
export const amSecretsByFile = resourceRule<Settings>({
  id: 'am-secrets-by-file',
  demand:
    "Alertmanager's configuration names files in the place of secrets, and has the alert Watchdog told to somebody.",
  reason:
    'Its web interface shows the configuration to everybody who may look at alerts; and without Watchdog nobody notices when alerts stop.',
  remedy:
    'Use the fields that end in _file, and give the alert Watchdog a route to a receiver that raises an alarm when it falls silent.',
  severity: 'critical',
  reference: { framework: 'session-database', control: 'Monitoring' },
  settings: {
    files: {
      description: 'Keys of such configurations in Secrets and ConfigMaps.',
      default: ['alertmanager.yml', 'alertmanager.yaml'],
    },
    watchdogTold: {
      description: 'Whether the receiver of Watchdog must be one that tells somebody.',
      default: true,
    },
  },
  check: (resource, { files, watchdogTold }) =>
    configurationsOf(resource, files).flatMap(([file, text]) =>
      problems(text, watchdogTold).map((problem) => `${file}: ${problem}`),
    ),
});

function problems(text: string, watchdogTold: boolean): string[] {
  const configuration = yamlOf(text);
  if (configuration === undefined) return ['it is no YAML'];
  return [
    ...writtenSecrets(configuration).map((path) => `${path} is written there`),
    ...watchdogProblems(isNode(configuration) ? configuration : {}, watchdogTold),
  ];
}
