import { resourceRule } from '../../model/rule';
import { grantsOf } from './roles';

// Since 1.35 whom and what one may impersonate can be said, as impersonate:user-info and impersonate-on:user-info:list.
const escalating = /^(bind|escalate|impersonate([:-].*)?)$/;

/** Nobody makes more of himself than he was given. */
export const noEscalation = resourceRule({
  id: 'no-escalation',
  demand: 'Roles allow nobody to bind or to extend roles beyond his own, nor to act as somebody else.',
  reason: 'Who may do so has every right in the cluster that he cares to take.',
  remedy: 'Remove the verbs bind, escalate and impersonate.',
  severity: 'high',
  reference: { framework: 'CIS', control: '5.1.8' },
  check: (resource) =>
    grantsOf(resource).flatMap(({ path, verbs }) =>
      verbs.filter((verb) => escalating.test(verb)).map((verb) => `${path}.verbs has ${verb}`),
    ),
});
