import { metadataOf } from '../../model/resource';
import { type ResourceRule, resourceRule } from '../../model/rule';
import { waiverForm, waiverPrefix, waiversOf } from '../../pack/waivers';

/** No waiver that excuses from nothing. Whether one is over is told with the problem that it was for. @param ids - of all other rules */
export const waivers = (ids: readonly string[]): ResourceRule =>
  resourceRule({
    id: 'waivers',
    demand: 'Waivers name a rule, their last day and a reason.',
    reason:
      'What cannot be read excuses from nothing, and what has no end or reason is never looked at again.',
    remedy: `Write it as ${waiverForm}.`,
    severity: 'low',
    reference: { framework: 'session-database', control: 'Waivers' },
    check: (resource) => {
      const { waivers: readable, unreadable } = waiversOf(metadataOf(resource).annotations);
      return [
        ...unreadable.map((key) => `metadata.annotations[${key}] cannot be read`),
        ...readable
          .filter(({ rule }) => !ids.includes(rule))
          .map(({ rule }) => `metadata.annotations[${waiverPrefix}${rule}] names a rule that is not there`),
      ];
    },
  });
