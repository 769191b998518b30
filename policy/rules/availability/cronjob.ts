import { podsOf } from '../../model/pods';
import { isKind, isPatch, specOf } from '../../model/resource';
import { resourceRule } from '../../model/rule';

interface Settings {
  readonly timeZone: boolean;
}

interface CronJob {
  readonly concurrencyPolicy?: string;
  readonly startingDeadlineSeconds?: number;
  readonly jobTemplate?: { readonly spec?: object };
}

/** A field and whether it is as it should be; undefined is left out. */
type Field = readonly [path: string, within: object, key: string, right?: (value: never) => boolean];

const isOneOf =
  (...allowed: readonly string[]) =>
  (value: string): boolean =>
    allowed.includes(value);

/** No job that runs twice at a time, for ever, or unseen. */
export const cronjob = resourceRule<Settings>({
  id: 'cronjob',
  demand:
    'A CronJob runs one job at a time, says until when it may start and run and how often it is tried, keeps some for reading, and names its time zone.',
  reason: 'Jobs that overlap or never end pile up until they take all of the quota.',
  remedy:
    'Set concurrencyPolicy Forbid, startingDeadlineSeconds of 10 or more, both history limits, timeZone, activeDeadlineSeconds, backoffLimit, and restartPolicy Never or OnFailure.',
  severity: 'medium',
  reference: { framework: 'session-database', control: 'Availability' },
  settings: {
    timeZone: {
      description:
        'Whether timeZone must be there. A schedule of every few minutes is the same in all of them.',
      default: true,
    },
  },
  check: (resource, { timeZone }) => {
    if (!isKind(resource, 'batch', 'CronJob')) return [];
    const spec = specOf<CronJob>(resource);
    const job = spec.jobTemplate?.spec ?? {};
    const fields: readonly Field[] = [
      ['spec', spec, 'concurrencyPolicy', isOneOf('Forbid')],
      // The controller looks every ten seconds: with less it may miss a run.
      ['spec', spec, 'startingDeadlineSeconds', (seconds: number) => seconds >= 10],
      ['spec', spec, 'successfulJobsHistoryLimit'],
      ['spec', spec, 'failedJobsHistoryLimit'],
      ...(timeZone ? [['spec', spec, 'timeZone'] as const] : []),
      ['spec.jobTemplate.spec', job, 'activeDeadlineSeconds'],
      ['spec.jobTemplate.spec', job, 'backoffLimit'],
      [
        'spec.jobTemplate.spec.template.spec',
        podsOf(resource)?.spec ?? {},
        'restartPolicy',
        isOneOf('Never', 'OnFailure'),
      ],
    ];
    const patch = isPatch(resource);
    return fields.flatMap(([path, within, key, right]) => {
      if (!(key in within)) return patch ? [] : [`${path}.${key} is left out`];
      if (right === undefined) return [];
      const value = within[key as never];
      return right(value) ? [] : [`${path}.${key} is ${String(value)}`];
    });
  },
});
