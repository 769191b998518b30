import type { Case, CasesByRule } from '../../support/cases';
import type { Anything, Program } from '../../support/program';
import { namespace } from '../../support/make';
import { added } from './changes';

const claim = (spec: Anything) => ({ metadata: { name: 'more', namespace }, spec });

const statefulSetOf = (change: (spec: Anything) => void) => (program: Program) =>
  change(program.props('StatefulSet', 'redis').spec);

export const lasting: CasesByRule = {
  'protect-stateful': {
    refused: {
      'a namespace': {
        change: (program) => (program.object('Namespace', namespace).protect = false),
        says: 'the resource is not protected. Give the resource the option protect: true.',
      },
      'a claim': { change: added('kubernetes:core/v1:PersistentVolumeClaim', claim({})) },
      'another type that is configured': {
        change: () => undefined,
        configuration: { kinds: ['random:index/randomPassword:RandomPassword'] },
      },
      'the second of the kinds that are configured': {
        change: (program) => (program.object('Namespace', namespace).protect = false),
        configuration: { kinds: ['random:index/randomPassword:RandomPassword', 'Namespace'] },
      },
    },
    passed: {
      'a protected claim': {
        change: (program) =>
          program.add('kubernetes:core/v1:PersistentVolumeClaim', claim({}), { protect: true }),
      },
      'a stack whose data are worth nothing': {
        change: (program) => (program.object('Namespace', namespace).protect = false),
        configuration: { required: false },
      },
      'a patch of a namespace': {
        change: added('kubernetes:core/v1:NamespacePatch', { metadata: { name: 'more' } }),
      },
      'kinds that are not configured': {
        change: (program) => (program.object('Namespace', namespace).protect = false),
        configuration: { kinds: ['PersistentVolumeClaim'] },
      },
      'a kind of the same name of another group': {
        change: added('kubernetes:example.org/v1:Namespace', { metadata: { name: 'more' } }),
      },
    },
  },
  'pvc-retain': {
    refused: {
      ...Object.fromEntries(
        ['whenDeleted', 'whenScaled'].map((end): [string, Case] => [
          `claims that go ${end}`,
          {
            change: statefulSetOf((spec) => (spec.persistentVolumeClaimRetentionPolicy[end] = 'Delete')),
            says: `spec.persistentVolumeClaimRetentionPolicy.${end} is Delete. Set both`,
          },
        ]),
      ),
      'a patch that has claims go': {
        change: added('kubernetes:apps/v1:StatefulSetPatch', {
          metadata: { name: 'more', namespace },
          spec: { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete' } },
        }),
        says: 'whenDeleted is Delete',
      },
      'claims without a class': {
        change: () => undefined,
        configuration: { namedClass: true },
        says: 'spec.volumeClaimTemplates[data].spec.storageClassName is missing',
      },
      'a claim without a class that has no name and no spec': {
        change: statefulSetOf((spec) => spec.volumeClaimTemplates.unshift({})),
        configuration: { namedClass: true },
        says: 'spec.volumeClaimTemplates[0].spec.storageClassName is missing',
      },
      'by default, since it is strict': {
        change: () => undefined,
        configuration: {},
        says: 'storageClassName is missing',
      },
      'a claim of its own without a class': {
        change: added('kubernetes:core/v1:PersistentVolumeClaim', claim({})),
        configuration: {},
        says: /^spec\.storageClassName is missing/m,
      },
    },
    passed: {
      "nothing said, which is Kubernetes' Retain": {
        change: statefulSetOf((spec) => delete spec.persistentVolumeClaimRetentionPolicy),
      },
      'one of both said': {
        change: statefulSetOf((spec) => delete spec.persistentVolumeClaimRetentionPolicy.whenScaled),
      },
      'classes by name': {
        change: (program) => {
          for (const { props } of program.all('StatefulSet'))
            for (const { spec } of props.spec.volumeClaimTemplates) spec.storageClassName = 'retained';
          program.add('kubernetes:core/v1:PersistentVolumeClaim', claim({ storageClassName: 'retained' }));
        },
        configuration: {},
      },
      'a StatefulSet without claims, and what is none': {
        change: (program) => {
          program.remove(({ type }) => type.endsWith(':StatefulSet'));
          program.add('kubernetes:apps/v1:StatefulSet', { metadata: { name: 'more', namespace }, spec: {} });
          program.add('kubernetes:apps/v1:Deployment', {
            metadata: { name: 'more', namespace },
            spec: {
              volumeClaimTemplates: [{}],
              persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete' },
            },
          });
        },
        configuration: {},
      },
      'patches that say no class': {
        change: (program) => {
          program.remove(({ type }) => type.endsWith(':StatefulSet'));
          program.add('kubernetes:core/v1:PersistentVolumeClaimPatch', claim({}));
          program.add('kubernetes:apps/v1:StatefulSetPatch', {
            metadata: { name: 'more', namespace },
            spec: { volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: {} }] },
          });
        },
        configuration: {},
      },
    },
  },
};
