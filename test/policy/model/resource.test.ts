import { isKind, isMade, isPatch, kindOf } from '../../../policy/model/resource';

test.each([
  ['kubernetes:apps/v1:Deployment', 'apps', 'v1', 'Deployment', false],
  ['kubernetes:apps/v1:DeploymentPatch', 'apps', 'v1', 'Deployment', true],
  ['kubernetes:core/v1:Pod', '', 'v1', 'Pod', false],
  ['kubernetes:core/v1:PodPatch', '', 'v1', 'Pod', true],
  ['kubernetes:v1:Pod', '', 'v1', 'Pod', false],
  ['kubernetes:core/v1:ConfigMapList', '', 'v1', 'ConfigMapList', false],
  ['kubernetes:batch/v1beta1:CronJob', 'batch', 'v1beta1', 'CronJob', false],
  ['kubernetes:example.org/v2alpha1:PatchSet', 'example.org', 'v2alpha1', 'PatchSet', false],
])('%s is of a group, a version and a kind', (type, group, version, kind, patch) => {
  expect(kindOf(type)).toEqual({ group, version, kind, patch });
  expect([isPatch({ type }), isMade({ type })]).toEqual([patch, !patch]);
});

test.each([
  'kubernetes:helm.sh/v3:Release:more',
  'kubernetes:yaml:ConfigFile',
  'kubernetes:yaml/v:ConfigFile',
  'kubernetes:apps/stable/v1:Deployment',
  'kubernetes:apps/dev1:Deployment',
  'my-kubernetes:apps/v1:Deployment',
  'pulumi:providers:kubernetes',
  'random:index/randomPassword:RandomPassword',
  'session-database:index:Redis',
])('%s is no kind of Kubernetes, and neither made nor patched', (type) => {
  expect(kindOf(type)).toBeUndefined();
  expect([isPatch({ type }), isMade({ type })]).toEqual([false, false]);
});

test('a kind is of its group, in any version; the core group has no name', () => {
  const pod = { type: 'kubernetes:core/v1:Pod' };
  expect(isKind(pod, '', 'Service', 'Pod')).toBe(true);
  expect(isKind(pod, 'core', 'Pod')).toBe(false);
  expect(isKind(pod, '', 'Service')).toBe(false);
  expect(isKind({ type: 'kubernetes:apps/v1beta1:DeploymentPatch' }, 'apps', 'Deployment')).toBe(true);
  expect(isKind({ type: 'session-database:index:Redis' }, '', 'Redis')).toBe(false);
});
