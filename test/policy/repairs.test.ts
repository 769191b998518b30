import { type Resource } from '../../policy/model/resource';
import { unknownCheckingProxy } from '../../policy/model/unknown';
import { pods } from '../../policy/rules/pods';
import { compliantPod } from './support/corpus';
import { type Anything } from './support/program';

const repaired = (id: string, type: string, props: Anything, settings: object = {}): Anything => {
  const rule = pods.find((one) => one.id === id);
  if (rule?.scope !== 'resource' || rule.repair === undefined) throw new Error(`${id} repairs nothing`);
  const before = structuredClone(props);
  const after = rule.repair({ type, props: unknownCheckingProxy(props) } as Resource, settings as never);
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

test('the rules that can repair are those whose remedy is one field', () => {
  expect(pods.filter((rule) => 'repair' in rule).map(({ id }) => id)).toEqual([
    'read-only-root',
    'no-sa-token',
    'service-links-off',
  ]);
});

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
