import { resourceRule } from '../../model/rule';
import { grantsOf, has } from './roles';

/** Who needs a secret names it. */
export const secretsByName = resourceRule({
  id: 'secrets-by-name',
  demand: 'Roles allow to get single Secrets by their names, and nothing else of Secrets.',
  reason: "Who may list them reads all of them, also those of Redis' other users and of the authority.",
  remedy: 'Allow only get and list the Secrets in resourceNames, or mount the Secret into the pod.',
  severity: 'critical',
  reference: { framework: 'CIS', control: '5.1.2' },
  check: (resource) =>
    grantsOf(resource)
      .filter(({ apiGroups, resources }) => has(apiGroups, '') && has(resources, 'secrets'))
      .flatMap(({ path, verbs, resourceNames }) => [
        ...verbs.filter((verb) => verb !== 'get').map((verb) => `${path} allows to ${verb} Secrets`),
        ...(verbs.includes('get') && resourceNames.length === 0
          ? [`${path} allows to get every Secret, as resourceNames is empty`]
          : []),
      ]),
});
