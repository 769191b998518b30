import { isKind, isMade, metadataOf } from '../../model/resource';
import { stackRule } from '../../model/rule';
import { namespaceOf } from '../../model/selectors';
import { subjectsOf } from './roles';

interface Settings {
  readonly accounts: readonly string[];
  readonly people: readonly string[];
}

/** Rights are given to those that the stack makes. */
export const subjectInStack = stackRule<Settings>({
  id: 'subject-in-stack',
  demand: 'Bindings name ServiceAccounts that the stack makes.',
  reason: 'One that is not there yet may be made by anybody who may make one, and has the rights then.',
  remedy:
    'Make the ServiceAccount in the stack, correct its name, or list it in the setting accounts or people.',
  severity: 'high',
  reference: { framework: 'CIS', control: '5.1' },
  settings: {
    accounts: {
      description: 'ServiceAccounts that others make and bindings may name, as <namespace>/<name>.',
      default: [],
    },
    people: { description: 'Users and groups that bindings may name.', default: [] },
  },
  check: (resources, { accounts, people }) => {
    const own = resources
      .filter((resource) => isKind(resource, '', 'ServiceAccount') && isMade(resource))
      .map((resource) => `${namespaceOf(resource)}/${metadataOf(resource).name}`);
    return resources.flatMap((resource) =>
      subjectsOf(resource).flatMap(({ kind = '', name = '', namespace }, nth) => {
        const problem = (of: string) => [{ problem: `subjects[${nth}] is ${of}`, resource }];
        if (kind !== 'ServiceAccount') return people.includes(name) ? [] : problem(`${kind} ${name}`);
        const account = `${namespace ?? namespaceOf(resource)}/${name}`;
        return own.includes(account) || accounts.includes(account)
          ? []
          : problem(`ServiceAccount ${account}, which the stack does not make`);
      }),
    );
  },
});
