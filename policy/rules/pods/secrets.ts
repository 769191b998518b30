import { handlersOf } from '../../model/handlers';
import { type Container, containersOf } from '../../model/pods';
import { onPods } from '../../model/podRule';
import { type Problem, resourceRule, type Setting } from '../../model/rule';
import { isNamed } from '../../model/servers';

interface Allowed {
  allowed: readonly string[];
}

const allowed: Setting<readonly string[]> = {
  description: 'Names of variables and flags that are no secrets, though they are called so.',
  default: [],
};

/** Whether a variable or a flag is called as what nobody shall read; what leads to a file is none. */
const isSecret = (name: string, settings: Allowed): boolean =>
  /PASS|TOKEN|SECRET|KEY(?!SPACE)/i.test(name) &&
  !/(?:FILE|PATH|DIR)$/i.test(name) &&
  !settings.allowed.includes(name);

/** Secrets where only their reader sees them. */
export const noSecretEnv = resourceRule<Allowed & { files: readonly string[] }>({
  id: 'no-secret-env',
  demand:
    'No environment variable has a secret as its literal value, and those that can read files have none from Secrets either.',
  reason:
    "Literal values are in every object, log and state of the program; the environment is in each crash dump and each child's hands.",
  remedy: 'Mount the Secret as a file, or refer to it by secretKeyRef where the program reads no files.',
  severity: 'critical',
  reference: { framework: 'CIS', control: '5.4.1' },
  settings: {
    allowed,
    files: {
      description:
        'What the label app.kubernetes.io/name of pods is that read their secrets from files alone.',
      default: ['redis', 'sentinel', 'grafana', 'alertmanager', 'prometheus'],
    },
  },
  check: onPods((pods, settings) =>
    containersOf(pods).flatMap(({ container: { env = [], envFrom = [] }, path }) => {
      // Whether there is a value: not which, as a preview need not know it.
      const literals = env.filter((of) => 'value' in of && isSecret(of.name ?? '', settings));
      const problems = literals.map(({ name }) => `${path}.env[${name}] has a literal value`);
      if (!isNamed(pods, settings.files)) return problems;
      return [
        ...problems,
        ...env
          .filter(({ valueFrom = {} }) => 'secretKeyRef' in valueFrom)
          .map(({ name }) => `${path}.env[${name}] is from a Secret`),
        ...envFrom.flatMap((source, nth) =>
          'secretRef' in source ? [`${path}.envFrom[${nth}] is a Secret`] : [],
        ),
      ];
    }),
  ),
});

/** Flags that are secrets though they are not called so. */
const isSecretFlag = (name: string, words: readonly string[], settings: Allowed): boolean =>
  isSecret(name, settings) ||
  name === 'masterauth' ||
  (name === 'a' && words.some((word) => word.endsWith('redis-cli')));

const isPath = (value: string): boolean => value.startsWith('/');

/** What of a command line tells a secret; never with its value. */
function toldBy(command: readonly string[], settings: Allowed): string[] {
  const words = command
    .flatMap((text) => text.split(/\s+/))
    .map((word) => word.replace(/^["']+|["']+$/g, ''));
  return words.flatMap((word, nth) => {
    if (/:\/\/[^/@]*:[^/@]+@/.test(word)) return ['an address with a password'];
    const [, flag = '', value = words[nth + 1] ?? '-'] = /^--?([A-Za-z][\w.-]*)(?:=(.*))?$/.exec(word) ?? [];
    if (isSecretFlag(flag, words, settings)) return /^(?:$|-|\/)/.test(value) ? [] : [`a value of ${flag}`];
    // What a shell puts into a variable from elsewhere is not in the command.
    const [, name = '', assigned = ''] = /^([A-Z][A-Z0-9_]*)=([^$].*)$/.exec(word) ?? [];
    return isSecret(name, settings) && !isPath(assigned) ? [`a value of ${name}`] : [];
  });
}

/** Every command of a container, and where it is. */
const commandsOf = (of: Container): [place: string, command: readonly string[]][] => [
  ['command or args', [...(of.command ?? []), ...(of.args ?? [])]],
  ...handlersOf(of).map(({ place, handler }): [string, readonly string[]] => [
    place,
    handler.exec?.command ?? [],
  ]),
];

/** No secret in a list of processes. */
export const noSecretArgs = resourceRule<Allowed>({
  id: 'no-secret-args',
  demand: 'No command line has a secret, nor one from a variable.',
  reason:
    'Everybody on the node reads the command lines of all processes, and every reader of the object its own.',
  remedy: 'Give the program the name of a file with the secret.',
  severity: 'critical',
  reference: { framework: 'CIS', control: '5.4.1' },
  settings: { allowed },
  check: onPods((pods, settings) =>
    containersOf(pods).flatMap(({ container, path }) =>
      commandsOf(container).flatMap(([place, command]): Problem[] =>
        toldBy(command, settings).map((what) => `${path}.${place} has ${what}`),
      ),
    ),
  ),
});

/** One value for one name. */
export const noDuplicateEnv = resourceRule({
  id: 'no-duplicate-env',
  demand: 'A container has each environment variable once.',
  reason: 'Of two, the last counts, and an update of the object may drop either.',
  remedy: 'Leave one of them out.',
  severity: 'medium',
  reference: { framework: 'session-database', control: 'Pods' },
  check: onPods((pods) =>
    containersOf(pods).flatMap(({ container, path }) => {
      const names = (container.env ?? []).map(({ name }) => name ?? '');
      const twice = names.filter((name, nth) => names.indexOf(name) !== nth);
      return [...new Set(twice)].map((name) => `${path}.env[${name}] is there more than once`);
    }),
  ),
});
