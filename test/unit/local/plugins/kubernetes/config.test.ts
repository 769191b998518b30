import { checkConfig } from '../../../../../local/plugins/kubernetes/config';
import { UNKNOWN } from '../../../../../local/plugins/protocol';

it('takes what it knows, as values or as the text that the engine makes of them', () => {
  expect(
    checkConfig({
      kubeconfig: '/path',
      context: 'c',
      cluster: UNKNOWN,
      namespace: 'ns',
      enablePatchForce: 'true',
      enableConfigMapMutable: true,
      enableSecretMutable: 'false',
      enableServerSideApply: 'true',
      deleteUnreachable: false,
      suppressDeprecationWarnings: 'true',
      version: '4.34.2',
      __internal: {},
    }),
  ).toEqual([]);
});

it('refuses by name what only the official plugin has, every one of it', () => {
  const failures = checkConfig({
    renderYamlToDirectory: 'out',
    helmReleaseSettings: '{}',
    upsertExistingObjects: 'true',
    kubeContext: 'x',
  });
  expect(failures.map(({ property }) => property)).toEqual([
    'renderYamlToDirectory',
    'helmReleaseSettings',
    'upsertExistingObjects',
    'kubeContext',
  ]);
  expect(failures[0]?.reason).toBe(
    'the embedded kubernetes plugin has no renderYamlToDirectory; use the official plugin for it',
  );
});

it('does not mind what is switched off', () => {
  expect(
    checkConfig({ upsertExistingObjects: 'false', renderYamlToDirectory: '', alwaysRender: false }),
  ).toEqual([]);
});

it('refuses client-side apply', () => {
  expect(checkConfig({ enableServerSideApply: 'false' })).toEqual([
    {
      property: 'enableServerSideApply',
      reason:
        'the embedded kubernetes plugin always uses server-side apply; use the official plugin for false',
    },
  ]);
});

it('refuses values of another type', () => {
  expect(checkConfig({ enablePatchForce: 'yes', namespace: 3 })).toEqual([
    { property: 'enablePatchForce', reason: 'must be true or false, not "yes"' },
    { property: 'namespace', reason: 'must be a string, not 3' },
  ]);
});
