import { availability } from './availability';
import { connections } from './connections';
import { latency } from './latency';
import { memory } from './memory';
import { monitoring } from './monitoring';
import { persistence } from './persistence';
import { recordings } from './recording';
import { replication } from './replication';
import type { Alert, Recording, RuleGroup, RuleSettings } from './rule';
import { security } from './security';
import { sentinel } from './sentinel';
import { sessions } from './sessions';
import { slo } from './slo';

/** Alerts by what they are about. */
export const families = {
  availability,
  replication,
  sentinel,
  persistence,
  memory,
  latency,
  connections,
  security,
  sessions,
  monitoring,
  slo,
} as const satisfies Readonly<Record<string, (settings: RuleSettings) => Alert[]>>;

// What wakes people must not wait longer than it has to.
const urgent: readonly string[] = ['availability', 'sentinel'];

/** Every rule of a stack: recorded series first, then alerts, a group a family. */
export const ruleGroups = (settings: RuleSettings): RuleGroup[] => [
  ...recordings(settings),
  ...Object.entries(families)
    .map(([name, family]) => ({
      name,
      ...(urgent.includes(name) ? { interval: '5s' } : {}),
      rules: family(settings),
    }))
    .filter(({ rules }) => rules.length > 0),
];

/** Every alert of a stack. */
export const alerts = (settings: RuleSettings): Alert[] =>
  ruleGroups(settings).flatMap(({ rules }) => rules.filter(isAlert));

const isAlert = (rule: Alert | Recording): rule is Alert => 'alert' in rule;
