import { containersOf, type Pods } from '../../model/pods';
import { stackRule } from '../../model/rule';
import { settingsOf } from './ini';
import { judgeServers } from './servers';

interface Settings {
  readonly names: readonly string[];
  readonly tls: boolean;
  readonly sameSite: readonly string[];
}

/** Values that a setting may have, and what it is where nothing is said. */
interface Demand {
  readonly setting: string;
  readonly values: readonly string[];
  readonly byDefault: string;
}

const demands = ({ tls, sameSite }: Settings): readonly Demand[] => [
  { setting: 'auth.anonymous.enabled', values: ['false'], byDefault: 'false' },
  { setting: 'users.allow_sign_up', values: ['false'], byDefault: 'false' },
  // Browsers send no such cookie where there is no TLS.
  { setting: 'security.cookie_secure', values: [String(tls)], byDefault: 'false' },
  { setting: 'security.cookie_samesite', values: sameSite, byDefault: 'lax' },
  { setting: 'security.disable_gravatar', values: ['true'], byDefault: 'false' },
  { setting: 'analytics.reporting_enabled', values: ['false'], byDefault: 'true' },
];

// What Grafana itself has for these is known to everybody.
const secrets = ['security.admin_password', 'security.secret_key'];

const fromFile = /^\$__file\{.+\}$/;

/** What Grafana's environment says of a setting; it goes before every file. */
function inEnvironment(pods: Pods, setting: string): string | undefined {
  const name = `GF_${setting.toUpperCase().replace(/\W/g, '_')}`;
  const variables = containersOf(pods).flatMap(({ container }) => container.env ?? []);
  const file = variables.find((variable) => variable.name === `${name}__FILE`);
  if (file !== undefined) return `$__file{${name}}`;
  const variable = variables.find((one) => one.name === name);
  // A reference to a Secret is a value that nobody reads here.
  return variable === undefined ? undefined : (variable.value ?? '');
}

/** Who is not let in sees nothing, and Grafana tells nobody outside. */
export const grafanaHardened = stackRule<Settings>({
  id: 'grafana-hardened',
  demand:
    'Grafana lets nobody in without a login, keeps its cookies to itself, calls nobody outside, and reads its secrets from files.',
  reason:
    'Dashboards show how the platform is built and when it is weak; a session of an administrator runs queries everywhere.',
  remedy:
    'Set auth.anonymous and sign-up to false, cookie_secure true, cookie_samesite strict, disable_gravatar true, reporting_enabled false, and admin_password and secret_key to $__file{…}.',
  severity: 'high',
  reference: { framework: 'session-database', control: 'Monitoring' },
  settings: {
    names: {
      description: 'What the label app.kubernetes.io/name of pods of Grafana is.',
      default: ['grafana'],
    },
    tls: { description: 'Whether people reach Grafana by TLS.', default: true },
    sameSite: { description: 'What cookie_samesite may be.', default: ['strict'] },
  },
  check: (resources, settings) =>
    judgeServers(resources, settings.names, 'grafana.ini', (text, { pods }) => {
      const written = settingsOf(text);
      const valueOf = (setting: string) => inEnvironment(pods, setting) ?? written.get(setting);
      return [
        ...demands(settings).flatMap(({ setting, values, byDefault }) => {
          const value = valueOf(setting);
          return values.includes((value ?? byDefault).toLowerCase())
            ? []
            : [`${setting} is ${value ?? 'missing'}`];
        }),
        ...secrets
          .filter((setting) => !fromFile.test(valueOf(setting) ?? ''))
          .map((setting) => `${setting} is not read from a file`),
      ];
    }),
});
