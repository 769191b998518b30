import { type Resource } from '../../policy/model/resource';
import { unknownCheckingProxy } from '../../policy/model/unknown';
import { settingsOf } from '../../policy/pack/judge';
import { rules } from '../../policy/rules';
import { compliantPod } from './support/corpus';
import { type Anything } from './support/program';

const repaired = (id: string, type: string, props: Anything, settings: object = {}): Anything => {
  const rule = rules.find((one) => one.id === id);
  if (rule?.scope !== 'resource' || rule.repair === undefined) throw new Error(`${id} repairs nothing`);
  const before = structuredClone(props);
  const resource = { type, props: unknownCheckingProxy(props) } as Resource;
  const after = rule.repair(resource, settingsOf(rule, settings as never));
  expect(props).toEqual(before);
  return after;
};

const deployment = 'kubernetes:apps/v1:Deployment';
const deployed = (change: (spec: Anything) => void = () => undefined): Anything => {
  const { spec } = compliantPod();
  change(spec);
  return { metadata: { name: 'one' }, spec: { replicas: 2, template: { metadata: { labels: {} }, spec } } };
};
const specOf = ({ spec }: Anything): Anything => spec.template.spec;

describe('read-only-root', () => {
  test('every container that may write may no more', () => {
    const props = deployed((spec) => {
      spec.containers.push({ name: 'bare' });
      spec.containers[0].securityContext.readOnlyRootFilesystem = false;
    });
    const expected = structuredClone(props);
    const { containers, initContainers } = specOf(expected);
    initContainers[0].securityContext.readOnlyRootFilesystem = true;
    containers[0].securityContext.readOnlyRootFilesystem = true;
    containers[1].securityContext = { readOnlyRootFilesystem: true };
    expect(repaired('read-only-root', deployment, props)).toEqual(expected);
  });

  test('a patch is changed where it is wrong alone', () => {
    const props = deployed((spec) => (spec.containers[0].securityContext.readOnlyRootFilesystem = false));
    const expected = structuredClone(props);
    specOf(expected).containers[0].securityContext.readOnlyRootFilesystem = true;
    expect(repaired('read-only-root', `${deployment}Patch`, props)).toEqual(expected);
  });

  test('there is nothing to do where nobody may write, nor for what makes no pods', () => {
    expect(repaired('read-only-root', `${deployment}Patch`, deployed())).toBeUndefined();
    expect(repaired('read-only-root', 'kubernetes:core/v1:Service', { spec: {} })).toBeUndefined();
  });
});

describe('no-sa-token', () => {
  test('the pod gets no token', () => {
    const props = deployed();
    const expected = structuredClone(props);
    specOf(expected).automountServiceAccountToken = false;
    expect(repaired('no-sa-token', deployment, props, { accounts: [] })).toEqual(expected);
  });

  test('the account gives no token', () => {
    const props = { metadata: { name: 'one' }, automountServiceAccountToken: true };
    expect(repaired('no-sa-token', 'kubernetes:core/v1:ServiceAccount', props, { accounts: [] })).toEqual({
      metadata: { name: 'one' },
      automountServiceAccountToken: false,
    });
  });

  test('there is nothing to do for accounts in the list, nor where a token is mounted by a volume alone', () => {
    const listed = deployed((spec) => (spec.serviceAccountName = 'listed'));
    expect(repaired('no-sa-token', deployment, listed, { accounts: ['listed'] })).toBeUndefined();
    const projected = deployed((spec) => {
      spec.automountServiceAccountToken = false;
      spec.volumes = [{ name: 'token', projected: { sources: [{ serviceAccountToken: {} }] } }];
    });
    expect(repaired('no-sa-token', deployment, projected, { accounts: [] })).toBeUndefined();
  });
});

describe('service-links-off', () => {
  test('the pod gets no links', () => {
    const props = deployed();
    const expected = structuredClone(props);
    specOf(expected).enableServiceLinks = false;
    expect(repaired('service-links-off', deployment, props)).toEqual(expected);
  });

  test('there is nothing to do where they are off, nor for what makes no pods', () => {
    expect(
      repaired(
        'service-links-off',
        deployment,
        deployed((spec) => (spec.enableServiceLinks = false)),
      ),
    ).toBeUndefined();
    expect(repaired('service-links-off', 'kubernetes:core/v1:Service', { spec: {} })).toBeUndefined();
  });
});

describe('labels', () => {
  const labelled = (labels?: Anything) => ({ metadata: { name: 'one', ...(labels && { labels }) } });
  const service = 'kubernetes:core/v1:Service';
  const managed = { 'app.kubernetes.io/managed-by': 'pulumi' };

  test('who manages it is added, and nothing else, as nothing else is known', () => {
    expect(repaired('labels', service, labelled())).toEqual(labelled(managed));
    expect(repaired('labels', service, labelled({ a: 'b' }))).toEqual(labelled({ a: 'b', ...managed }));
  });

  test('there is nothing to do where it is said, where nobody asks, nor for patches and charts', () => {
    expect(repaired('labels', service, labelled({ 'app.kubernetes.io/managed-by': 'x' }))).toBeUndefined();
    expect(repaired('labels', service, labelled(), { required: ['a'] })).toBeUndefined();
    expect(repaired('labels', `${service}Patch`, labelled())).toBeUndefined();
    expect(repaired('labels', 'kubernetes:helm.sh/v3:Release', labelled())).toBeUndefined();
  });
});

describe('namespace-pss-labels', () => {
  const enforced = (value: string, version: string) =>
    Object.fromEntries(
      ['enforce', 'audit', 'warn'].flatMap((mode) => [
        [`pod-security.kubernetes.io/${mode}`, value],
        [`pod-security.kubernetes.io/${mode}-version`, version],
      ]),
    );
  const named = (labels?: Anything) => ({ metadata: { name: 'one', ...(labels && { labels }) } });
  const namespace = 'kubernetes:core/v1:Namespace';

  test('what is missing or weaker is set, and other labels stay', () => {
    expect(repaired('namespace-pss-labels', namespace, named())).toEqual(
      named(enforced('restricted', 'v1.36')),
    );
    const weak = {
      team: 'a',
      ...enforced('restricted', 'v1.36'),
      'pod-security.kubernetes.io/warn': 'baseline',
    };
    expect(repaired('namespace-pss-labels', namespace, named(weak))).toEqual(
      named({ team: 'a', ...enforced('restricted', 'v1.36') }),
    );
  });

  test('there is nothing to do for one that is right, nor for what is no namespace', () => {
    const right = named(enforced('restricted', 'v1.36'));
    expect(repaired('namespace-pss-labels', namespace, right)).toBeUndefined();
    expect(repaired('namespace-pss-labels', 'kubernetes:core/v1:Service', named())).toBeUndefined();
  });
});
