import type { Case, CasesByRule } from '../../support/cases';
import { configured, namespace, unchanged } from '../../support/make';
import type { Anything } from '../../support/program';
import { added, group, table } from './make';

/** A case of a binding. */
const binding = (props: Anything, says?: Case['says'], type = 'RoleBinding', name?: string) =>
  added(`${group}/v1:${type}`, props, says, name);
const ofRole = (name: string, kind = 'ClusterRole') => ({ roleRef: { apiGroup: group, kind, name } });
const account = { kind: 'ServiceAccount', name: 'prometheus', namespace };

/** Who may be given roles, and which. */
export const bindings: CasesByRule = {
  'no-cluster-role': {
    refused: {
      'a ClusterRole that is not listed': binding(
        {},
        'metadata.name added is not listed. Use a Role and a RoleBinding',
        'ClusterRole',
      ),
      'a ClusterRoleBinding that is not listed': binding(
        {},
        'metadata.name added is not',
        'ClusterRoleBinding',
      ),
      'a patch of one': binding({}, 'metadata.name added is not', 'ClusterRolePatch'),
      'what is there, where none is listed': configured(
        { listed: [] },
        {
          ...unchanged,
          says: /metadata\.name session-database-prod-prometheus(.|\n)*roleRef\.name session-database-prod-prometheus is a ClusterRole/,
        },
      ),
      'the beginning of a listed name': configured(
        { listed: ['addeds', 'add', '*addedx'] },
        binding({}, 'metadata.name added is not', 'ClusterRole'),
      ),
      'another name with the end of a listed one': configured(
        { listed: ['ed'] },
        binding({}, 'metadata.name added is not', 'ClusterRole'),
      ),
      'rules of other roles': binding(
        { aggregationRule: { clusterRoleSelectors: [] } },
        'aggregationRule takes in the rules of other roles',
        'ClusterRole',
        'a-prometheus',
      ),
      'rules for a role that others have': binding(
        { metadata: { name: 'a-prometheus', labels: { [`${group}/aggregate-to-view`]: 'true' } } },
        `metadata.labels has ${group}/aggregate-to-view, which extends a role that others have`,
        'ClusterRole',
      ),
      "a namespace's binding of a role that is not listed": binding(
        ofRole('view'),
        'roleRef.name view is a ClusterRole that is not listed',
      ),
      'cluster-admin in a namespace': configured(
        { listed: ['cluster-admin', '*'] },
        binding(ofRole('cluster-admin'), 'roleRef.name is cluster-admin'),
      ),
      'cluster-admin in the cluster': configured(
        { listed: ['*'] },
        binding(ofRole('cluster-admin'), 'roleRef.name is cluster-admin', 'ClusterRoleBinding'),
      ),
      'a patch of a binding': binding(ofRole('cluster-admin'), 'cluster-admin', 'RoleBindingPatch'),
      ...table(
        ['system:masters', 'system:unauthenticated', 'system:anonymous'].map((name) => [
          name,
          binding({ ...ofRole('a', 'Role'), subjects: [account, { name }] }, `subjects[1].name is ${name}.`),
        ]),
      ),
      'strangers in a ClusterRoleBinding': binding(
        { subjects: [{ name: 'system:masters' }] },
        'subjects[0].name is system:masters',
        'ClusterRoleBinding',
        'a-prometheus',
      ),
    },
    passed: {
      'a listed end': binding({}, undefined, 'ClusterRole', 'a-prometheus'),
      'a listed name': configured(
        { listed: ['*-prometheus', 'added', 'view'] },
        binding(ofRole('view'), undefined, 'ClusterRoleBinding'),
      ),
      'a Role of that name': binding(ofRole('cluster-admin', 'Role')),
      'a patch that leaves the role out': binding({}, undefined, 'RoleBindingPatch'),
      'a Role that extends nothing': binding(
        { metadata: { name: 'a', labels: { [`${group}/aggregate-to-view`]: 'true' } }, aggregationRule: {} },
        undefined,
        'Role',
      ),
      'another label': binding(
        { metadata: { name: 'a-prometheus', labels: { [`${group}/aggregated`]: 'true' } } },
        undefined,
        'ClusterRole',
      ),
      'another kind': added('example.org/v1:ClusterRole', ofRole('cluster-admin')),
      'subjects of what is no binding': added(`${group}/v1:Role`, {
        ...ofRole('cluster-admin'),
        subjects: [{ name: 'system:masters' }],
      }),
    },
  },
  'subject-in-stack': {
    refused: {
      'an account that is gone': {
        change: (program) =>
          program.remove(
            ({ type, props }) => type.endsWith(':ServiceAccount') && props.metadata.name === 'prometheus',
          ),
        says: `subjects[0] is ServiceAccount ${namespace}/prometheus, which the stack does not make. Make the ServiceAccount`,
      },
      'no account at all': {
        change: (program) => program.remove(({ type }) => type.endsWith(':ServiceAccount')),
        says: 'which the stack does not make',
      },
      'an account of another name': binding(
        { subjects: [account, { ...account, name: 'default' }] },
        `subjects[1] is ServiceAccount ${namespace}/default, which`,
      ),
      'an account of another namespace': binding(
        { subjects: [{ ...account, namespace: 'other' }] },
        'subjects[0] is ServiceAccount other/prometheus, which',
        'ClusterRoleBinding',
      ),
      'an account that is only patched': {
        change: (program) => (program.object('ServiceAccount', 'prometheus').type += 'Patch'),
        says: 'which the stack does not make',
      },
      'an account of another kind': {
        change: (program) =>
          (program.object('ServiceAccount', 'prometheus').type = 'kubernetes:example.org/v1:ServiceAccount'),
        says: 'which the stack does not make',
      },
      'a user': binding({ subjects: [{ kind: 'User', name: 'ann' }] }, 'subjects[0] is User ann. Make'),
      'a group': binding({ subjects: [{ kind: 'Group', name: 'shop' }] }, 'subjects[0] is Group shop.'),
      'a user of the name of an account': configured(
        { accounts: ['ann', `${namespace}/ann`] },
        binding({ subjects: [{ kind: 'User', name: 'ann' }] }, 'subjects[0] is User ann'),
      ),
      'an account of the name of a user': configured(
        { people: ['ann'] },
        binding({ subjects: [{ ...account, name: 'ann' }] }, 'is ServiceAccount'),
      ),
      'a patch of a binding': binding(
        { subjects: [{ kind: 'User', name: 'ann' }] },
        'User ann',
        'RoleBindingPatch',
      ),
      'somebody of no kind': binding({ subjects: [{}] }, 'subjects[0] is  .'),
    },
    passed: {
      "an account of the stack's, in another binding": binding({ subjects: [account] }),
      'an account of the namespace of the binding': binding({
        subjects: [{ kind: 'ServiceAccount', name: 'grafana' }],
      }),
      'a listed account': configured(
        { accounts: ['a/b', 'other/c'] },
        binding({ subjects: [{ ...account, namespace: 'other', name: 'c' }] }),
      ),
      'a listed group': configured(
        { people: ['ann', 'shop'] },
        binding({ subjects: [{ kind: 'Group', name: 'shop' }] }),
      ),
      nobody: binding({}),
      'subjects of what is no binding': added(`${group}/v1:Role`, {
        subjects: [{ kind: 'User', name: 'ann' }],
      }),
    },
  },
};
