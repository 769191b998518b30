import type { Case, CasesByRule } from '../../support/cases';
import { configured, namespace, unchanged } from '../../support/make';
import type { Anything, Program } from '../../support/program';
import { label, pods, dns, expression, policy, patch, add, added, ingress } from './make';

const deployment = (labels: Anything, of = namespace, type = 'Deployment') => ({
  change: (program: Program) =>
    program.add(`kubernetes:apps/v1:${type}`, {
      metadata: { name: 'web', namespace: of },
      spec: { template: { metadata: { labels }, spec: {} } },
    }),
});

/** A Deployment and a policy for it. */
const pair = (
  labels: Anything,
  podSelector: Anything,
  says?: string,
  rules: Anything = { ingress: [{}] },
): Case => ({
  change: (program) => {
    deployment(labels).change(program);
    add(program, { podSelector, policyTypes: [], ...rules });
  },
  ...(says === undefined ? {} : { says }),
});
const unselected = `no NetworkPolicy in namespace ${namespace} that allows something selects the pods. Add`;
const orphan = 'spec.podSelector selects no pods of the stack. Remove it';

/** What policies there must be, and whose pods they are for. */
export const selection: CasesByRule = {
  'default-deny': {
    refused: {
      'no policy of the kind': {
        change: (program) => program.remove(({ type }) => type.endsWith(':NetworkPolicy')),
        says: `namespace ${namespace} has no NetworkPolicy that denies Ingress to every pod. Add a NetworkPolicy`,
      },
      'ingress left open': {
        change: (program) => (policy(program, 'default-deny').policyTypes = ['Egress']),
        says: 'denies Ingress',
      },
      'egress left open': {
        change: (program) => (policy(program, 'default-deny').policyTypes = ['Ingress']),
        says: 'denies Egress',
      },
      'policyTypes left to the API server': {
        change: (program) => delete policy(program, 'default-deny').policyTypes,
        says: 'denies Ingress',
      },
      'a rule in it': {
        change: (program) => (policy(program, 'default-deny').egress = [{ to: [dns] }]),
        says: 'denies Egress',
      },
      'some pods only': {
        change: (program) => (policy(program, 'default-deny').podSelector = { matchLabels: label('redis') }),
        says: 'denies Egress',
      },
      'all pods but some': {
        change: (program) => (policy(program, 'default-deny').podSelector = expression('DoesNotExist')),
        says: 'denies Egress',
      },
      'pods in another namespace': {
        ...deployment(label('web'), 'other'),
        says: 'namespace other has no NetworkPolicy that denies Ingress',
      },
      'pods that name no namespace': {
        ...deployment(label('web'), undefined),
        change: (program) =>
          program.add('kubernetes:core/v1:Pod', { metadata: { name: 'web' }, spec: { containers: [] } }),
        says: 'namespace default has no NetworkPolicy',
      },
      "a patch of somebody else's policy": {
        change: (program) =>
          (program.object('NetworkPolicy', 'default-deny').type =
            'kubernetes:networking.k8s.io/v1:NetworkPolicyPatch'),
      },
      'another kind of that name': {
        change: (program) =>
          (program.object('NetworkPolicy', 'default-deny').type =
            'kubernetes:crd.example.org/v1:NetworkPolicy'),
      },
    },
    passed: {
      'a policy for each direction': {
        change: (program) => {
          policy(program, 'default-deny').policyTypes = ['Ingress'];
          add(program, { podSelector: {}, policyTypes: ['Egress'] });
        },
      },
      'one with rules of egress, and another without any': {
        change: (program) => {
          policy(program, 'default-deny').egress = [{ to: [dns] }];
          add(program, { podSelector: {}, policyTypes: ['Egress'] });
        },
      },
      'empty lists, and no selector': {
        change: (program) => {
          const spec = policy(program, 'default-deny');
          Object.assign(spec, { ingress: [], egress: [] });
          delete spec.podSelector;
        },
      },
      'the old group': {
        change: (program) =>
          (program.object('NetworkPolicy', 'default-deny').type =
            'kubernetes:extensions/v1beta1:NetworkPolicy'),
      },
      'a patch of pods in another namespace': deployment(label('web'), 'other', 'DeploymentPatch'),
      'no pods': {
        change: (program) => program.remove(({ type }) => type.startsWith('kubernetes:')),
      },
    },
  },
  'every-pod-selected': {
    refused: {
      'pods of no policy': { ...deployment(label('web')), says: unselected },
      'a label that is another': {
        change: (program) =>
          (program.props('CronJob', 'sessions-cleanup').spec.jobTemplate.spec.template.metadata.labels[
            'app.kubernetes.io/name'
          ] = 'cleanup'),
        says: unselected,
      },
      'pods without labels': {
        change: (program) => delete program.props('Deployment', 'redis-proxy').spec.template.metadata.labels,
      },
      'no policy of the kind': {
        change: (program) => program.remove(({ type }) => type.endsWith(':NetworkPolicy')),
        says: unselected,
      },
      'a policy of another namespace': {
        change: (program) => {
          deployment(label('web')).change(program);
          add(program, ingress({ from: [pods('redis')] }, 'web'), undefined, 'other');
        },
      },
      'a policy that allows nothing': pair(label('web'), { matchLabels: label('web') }, unselected, {}),
      'a policy for all pods': pair(label('web'), {}, unselected),
      'a patch of a policy': {
        change: (program) => {
          deployment(label('web')).change(program);
          add(program, ingress({ from: [pods('redis')] }, 'web'), patch);
        },
      },
      'one label of two': pair({ a: '1' }, { matchLabels: { a: '1', b: '2' } }, unselected),
      'a label and an expression that fails': pair(
        { a: '1' },
        { matchLabels: { a: '1' }, ...expression('Exists') },
        unselected,
      ),
      'In: another value': pair({ tier: 'a' }, expression('In', ['b', 'c']), unselected),
      'In: no such label': pair({}, expression('In', ['b', 'c']), unselected),
      'In: no values': pair({ tier: 'a' }, expression('In'), unselected),
      'NotIn: the value': pair({ tier: 'b' }, expression('NotIn', ['b']), unselected),
      'Exists: no such label': pair({}, expression('Exists'), unselected),
      'DoesNotExist: the label': pair({ tier: 'a' }, expression('DoesNotExist'), unselected),
      'an operator that nobody knows': pair({ tier: 'a' }, expression('Like', ['a']), unselected),
      'an expression without operator': pair(
        { tier: 'a' },
        { matchExpressions: [{ key: 'tier' }] },
        unselected,
      ),
    },
    passed: {
      'a policy of its own': pair(label('web'), { matchLabels: label('web') }),
      'a policy of egress': pair(label('web'), { matchLabels: label('web') }, undefined, { egress: [{}] }),
      'two labels of three': pair({ a: '1', b: '2', c: '3' }, { matchLabels: { a: '1', b: '2' } }),
      'In: the value': pair({ tier: 'b' }, expression('In', ['a', 'b'])),
      'NotIn: another value': pair({ tier: 'a' }, expression('NotIn', ['b'])),
      'NotIn: no such label': pair({}, expression('NotIn', ['b'])),
      'Exists: the label': pair({ tier: '' }, expression('Exists')),
      'DoesNotExist: no such label': pair({ a: '1' }, expression('DoesNotExist')),
      "a patch of somebody else's pods": deployment(label('web'), namespace, 'DeploymentPatch'),
      'no pods': { change: (program) => program.remove(({ type }) => type.startsWith('kubernetes:')) },
    },
  },
  'no-orphan-policy': {
    refused: {
      'its pods are gone': {
        change: (program) => program.remove(({ props }) => props.metadata?.name === 'sessions-cleanup'),
        says: orphan,
      },
      'its pods are in another namespace': {
        change: (program) => add(program, ingress({}), undefined, 'other'),
        says: orphan,
      },
      'its label is wrong': added(ingress({}, 'reddis'), orphan),
      'by an expression': added({ podSelector: expression('Exists'), ingress: [{}] }, orphan),
      'no pods': {
        change: (program) =>
          program.remove(({ type }) => /:(StatefulSet|Deployment|Job|CronJob)$/.test(type)),
        says: orphan,
      },
      'pods of others that are not listed': configured({ others: [] }, { ...unchanged, says: orphan }),
      "another value of a listed label, and a listed label's value under another key": configured(
        { others: ['session-database/client=yes', 'client=true'] },
        { ...unchanged, says: orphan },
      ),
    },
    passed: {
      'a listed label of some': configured(
        { others: ['session-database/client=true', 'team=shop'] },
        added({ podSelector: { matchLabels: { tier: 'web', team: 'shop' } }, ingress: [{}] }),
      ),
      'a patch': added(ingress({}, 'reddis'), undefined, patch),
      'all pods of a namespace without any': {
        change: (program) => add(program, { podSelector: {} }, undefined, 'other'),
      },
      'an object of another kind': added(
        ingress({}, 'reddis'),
        undefined,
        'crd.example.org/v1:NetworkPolicy',
      ),
    },
  },
};
