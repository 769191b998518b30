import type { Case, CasesByRule } from '../../support/cases';
import type { Anything } from '../../support/program';
import { added, group, table } from './make';

/** A case of one rule of a role. */
const role = (rule: Anything, says?: Case['says'], type = 'Role') =>
  added(`${group}/v1:${type}`, { rules: [rule] }, says);
const core = (resources: string[], verbs: string[], says?: Case['says'], more: Anything = {}) =>
  role({ apiGroups: [''], resources, verbs, ...more }, says);

const subresources = [
  ...['pods/exec', 'pods/attach', 'pods/portforward', 'pods/proxy', 'pods/ephemeralcontainers'],
  ...['services/proxy', 'nodes/proxy', 'serviceaccounts/token'],
];
const makers: readonly (readonly [string, string])[] = [
  ['', 'pods'],
  ['', 'replicationcontrollers'],
  ['apps', 'deployments'],
  ['apps', 'statefulsets'],
  ['apps', 'daemonsets'],
  ['apps', 'replicasets'],
  ['batch', 'jobs'],
  ['batch', 'cronjobs'],
];

/** What roles may say. */
export const roles: CasesByRule = {
  'no-wildcards': {
    refused: {
      'every group': role(
        { apiGroups: ['*'], resources: ['pods'], verbs: ['get'] },
        'rules[0].apiGroups has *. List what is needed',
      ),
      'every resource': core(['pods', '*'], ['get'], 'rules[0].resources has *.'),
      'a subresource of every resource': core(['*/scale'], ['get'], 'rules[0].resources has */scale'),
      'every verb': core(['pods'], ['get', '*'], 'rules[0].verbs has *'),
      'every address': role(
        { nonResourceURLs: ['/healthz/*'], verbs: ['get'] },
        'nonResourceURLs has /healthz/*',
      ),
      'a second rule': {
        change: (program) => program.props('Role', 'prometheus').rules.push({ verbs: ['*'] }),
        says: 'rules[1].verbs has *',
      },
      'a role of the cluster': role({ verbs: ['*'] }, 'rules[0].verbs', 'ClusterRole'),
      'a patch': role({ verbs: ['*'] }, 'rules[0].verbs', 'RolePatch'),
    },
    passed: {
      'a list of each': role({
        apiGroups: ['', 'apps'],
        resources: ['pods', 'deployments/scale'],
        verbs: ['get', 'list'],
      }),
      'a name that is a star': core(['configmaps'], ['get'], undefined, { resourceNames: ['*'] }),
      'no rules': added(`${group}/v1:Role`, {}),
      'another kind with rules': added('example.org/v1:Role', { rules: [{ verbs: ['*'] }] }),
      'a binding with rules': added(`${group}/v1:RoleBinding`, { rules: [{ verbs: ['*'] }] }),
    },
  },
  'no-escalation': {
    refused: {
      ...table(
        ['bind', 'escalate', 'impersonate', 'impersonate:user-info', 'impersonate-on:user-info:list'].map(
          (verb) => [verb, core(['roles'], ['get', verb], `rules[0].verbs has ${verb}. Remove the verbs`)],
        ),
      ),
      'a role of the cluster': role({ verbs: ['bind'] }, 'rules[0].verbs has bind', 'ClusterRole'),
      'a second rule': {
        change: (program) => program.props('Role', 'prometheus').rules.push({ verbs: ['escalate'] }),
        says: 'rules[1].verbs has escalate',
      },
    },
    passed: {
      'verbs that only begin or end so': core(['a'], ['binder', 'rebind', 'impersonates', 'deescalate']),
    },
  },
  'secrets-by-name': {
    refused: {
      'every Secret': core(
        ['secrets'],
        ['get'],
        'rules[0] allows to get every Secret, as resourceNames is empty. Allow only get',
      ),
      'no names': core(['secrets'], ['get'], 'rules[0] allows to get every', { resourceNames: [] }),
      ...table(
        ['list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection', '*'].map((verb) => [
          `to ${verb} one by its name`,
          core(['secrets'], ['get', verb], `rules[0] allows to ${verb} Secrets.`, { resourceNames: ['a'] }),
        ]),
      ),
      'among other resources': core(['pods', 'secrets'], ['list'], 'rules[0] allows to list Secrets'),
      'every resource': core(['*'], ['list'], 'rules[0] allows to list Secrets'),
      'every group': role({ apiGroups: ['apps', '*'], resources: ['secrets'], verbs: ['list'] }),
      'a role of the cluster': role(
        { apiGroups: [''], resources: ['secrets'], verbs: ['list'] },
        'to list Secrets',
        'ClusterRole',
      ),
    },
    passed: {
      'one by its name': core(['secrets'], ['get'], undefined, { resourceNames: ['redis-tls'] }),
      'other resources': core(['configmaps'], ['list']),
      'another group': role({ apiGroups: ['example.org'], resources: ['secrets'], verbs: ['list'] }),
      'a rule without groups': role({ resources: ['secrets'], verbs: ['list'] }),
      'a rule without resources': role({ apiGroups: [''], verbs: ['list'] }),
    },
  },
  'no-pod-power': {
    refused: {
      ...table(
        subresources.map((of) => [
          `to get ${of}`,
          core([of], ['get'], `rules[0] allows to get ${of}. Remove these resources`),
        ]),
      ),
      ...table(
        makers.map(([apiGroup, of]) => [
          `to make ${of}`,
          role(
            { apiGroups: [apiGroup], resources: ['a', of], verbs: ['get', 'create'] },
            `rules[0] allows to create ${of}.`,
          ),
        ]),
      ),
      'to change pods': core(['pods'], ['patch', 'update'], 'rules[0] allows to update, patch pods.'),
      'every verb': core(['pods'], ['*'], 'rules[0] allows to create, update, patch pods.'),
      'every resource': core(['*'], ['create'], /create pods\/exec(.|\n)*create pods\./),
      'every group': role({ apiGroups: ['*'], resources: ['jobs'], verbs: ['create'] }, 'to create jobs'),
      'a role of the cluster': role(
        { apiGroups: [''], resources: ['nodes/proxy'], verbs: ['get'] },
        'nodes/proxy',
        'ClusterRole',
      ),
      'a second rule': {
        change: (program) =>
          program
            .props('Role', 'prometheus')
            .rules.push({ apiGroups: [''], resources: ['pods/exec'], verbs: ['create'] }),
        says: 'rules[1] allows to create pods/exec',
      },
    },
    passed: {
      'to read pods and what makes them': {
        change: (program) => {
          const verbs = ['get', 'list', 'watch', 'delete'];
          for (const [apiGroup, of] of makers)
            program.props('Role', 'prometheus').rules.push({ apiGroups: [apiGroup], resources: [of], verbs });
        },
      },
      'logs and status': core(['pods/log', 'pods/status', 'nodes/metrics'], ['get']),
      'another group': role({
        apiGroups: ['metrics.k8s.io'],
        resources: ['pods', 'pods/exec'],
        verbs: ['create'],
      }),
      'a rule without verbs': role({ apiGroups: [''], resources: ['pods/exec', 'pods'] }),
      'no verbs': core(['pods/exec', 'pods'], []),
    },
  },
};
