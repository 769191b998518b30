import type { Case, CasesByRule } from '../../support/cases';
import type { Program } from '../../support/program';
import { namespace } from '../../support/make';
import { added } from './changes';

const pss = 'pod-security.kubernetes.io/';

const labelled =
  (changes: Record<string, string | undefined>) =>
  (program: Program): void => {
    const { metadata } = program.props('Namespace', namespace);
    for (const [label, value] of Object.entries(changes)) {
      if (value === undefined) delete metadata.labels[`${pss}${label}`];
      else metadata.labels[`${pss}${label}`] = value;
    }
  };

export const namespaces: CasesByRule = {
  'namespace-pss-labels': {
    refused: {
      ...Object.fromEntries(
        ['enforce', 'audit', 'warn'].flatMap((mode): [string, Case][] => [
          [
            `a namespace without ${mode}`,
            { change: labelled({ [mode]: undefined }), says: `metadata.labels[${pss}${mode}] is missing` },
          ],
          [
            `a namespace with ${mode} by a weaker profile`,
            { change: labelled({ [mode]: 'baseline' }), says: `metadata.labels[${pss}${mode}] is baseline` },
          ],
          [
            `a namespace with ${mode} in no version`,
            {
              change: labelled({ [`${mode}-version`]: undefined }),
              says: `metadata.labels[${pss}${mode}-version] is missing`,
            },
          ],
        ]),
      ),
      'the latest version, whatever it is': {
        change: labelled({ 'enforce-version': 'latest' }),
        says: 'enforce-version] is latest',
      },
      'a version of the past': {
        change: labelled({ 'enforce-version': 'v1.35' }),
        says: 'enforce-version] is v1.35',
      },
      'a version with something before it': { change: labelled({ 'enforce-version': 'xv1.36' }) },
      'a version with something behind it': { change: labelled({ 'enforce-version': 'v1.36.1' }) },
      'a version with less than is configured': {
        change: () => undefined,
        configuration: { version: 'v1.37' },
        says: 'warn-version] is v1.36',
      },
      'a namespace without labels': {
        change: added('kubernetes:core/v1:Namespace', { metadata: { name: 'more' } }),
        says: `metadata.labels[${pss}enforce] is missing`,
      },
      'a patch that weakens a namespace': {
        change: added('kubernetes:core/v1:NamespacePatch', {
          metadata: { name: 'more', labels: { [`${pss}enforce`]: 'privileged' } },
        }),
        says: `metadata.labels[${pss}enforce] is privileged`,
      },
      ...Object.fromEntries(
        ['default', 'kube-system', 'kube-public', 'kube-node-lease'].map((own): [string, Case] => [
          `an object in namespace ${own}`,
          {
            change: (program) => (program.props('StatefulSet', 'redis').metadata.namespace = own),
            says: `metadata.namespace is ${own}`,
          },
        ]),
      ),
      "a custom resource in the cluster's own": {
        change: added('kubernetes:monitoring.coreos.com/v1:PrometheusRule', {
          metadata: { name: 'rules', namespace: 'kube-system' },
        }),
      },
    },
    passed: {
      'a newer version': { change: labelled({ 'enforce-version': 'v1.40' }) },
      'an older version where that is configured': {
        change: labelled({ 'audit-version': 'v1.30', 'warn-version': 'v1.30' }),
        configuration: { version: 'v1.30' },
      },
      'another label': { change: labelled({ 'other-version': 'latest' }) },
      'a patch of other labels': {
        change: added('kubernetes:core/v1:NamespacePatch', {
          metadata: { name: 'more', labels: { team: 'sessions' } },
        }),
      },
      'another namespace': {
        change: (program) => (program.props('StatefulSet', 'redis').metadata.namespace = 'kube-systems'),
      },
      'the own namespace, where it is configured so': {
        change: (program) => (program.props('StatefulSet', 'redis').metadata.namespace = 'default'),
        configuration: { clustersOwn: ['kube-system'] },
      },
      'an object without a namespace': {
        change: (program) => delete program.props('StatefulSet', 'redis').metadata.namespace,
      },
      'what is no object of Kubernetes': {
        change: added('cloud:index:Bucket', { metadata: { name: 'more', namespace: 'default' } }),
      },
    },
  },
  'quota-limitrange': {
    refused: {
      'no ResourceQuota': {
        change: (program) => program.remove(({ type }) => type.endsWith(':ResourceQuota')),
        says: `namespace ${namespace} has no ResourceQuota. Add a ResourceQuota`,
      },
      'no LimitRange': {
        change: (program) => program.remove(({ type }) => type.endsWith(':LimitRange')),
        says: `namespace ${namespace} has no LimitRange. Add`,
      },
      'a quota that limits nothing': {
        change: (program) => (program.props('ResourceQuota', 'quota').spec.hard = {}),
        says: 'has no ResourceQuota',
      },
      'a quota without hard': {
        change: (program) => delete program.props('ResourceQuota', 'quota').spec.hard,
        says: 'has no ResourceQuota',
      },
      'a range of nothing': {
        change: (program) => (program.props('LimitRange', 'defaults').spec.limits = []),
        says: 'has no LimitRange',
      },
      'a range without limits': {
        change: (program) => delete program.props('LimitRange', 'defaults').spec.limits,
        says: 'has no LimitRange',
      },
      'a quota of another namespace': {
        change: (program) => (program.props('ResourceQuota', 'quota').metadata.namespace = 'other'),
        says: 'has no ResourceQuota',
      },
      'a range of another namespace': {
        change: (program) => (program.props('LimitRange', 'defaults').metadata.namespace = 'other'),
        says: 'has no LimitRange',
      },
      'a second namespace': {
        change: added('kubernetes:core/v1:Namespace', { metadata: { name: 'more' } }),
        says: /^namespace more has no ResourceQuota.*\nnamespace more has no LimitRange/,
      },
      'a patch of a quota alone': {
        change: (program) =>
          (program.object('ResourceQuota', 'quota').type = 'kubernetes:core/v1:ResourceQuotaPatch'),
        says: 'has no ResourceQuota',
      },
    },
    passed: {
      'no namespace at all': {
        change: (program) =>
          program.remove(({ type }) => /:(Namespace|ResourceQuota|LimitRange)$/.test(type)),
      },
      'a patch of a namespace that others have made': {
        change: added('kubernetes:core/v1:NamespacePatch', { metadata: { name: 'more' } }),
      },
      'quotas and ranges of another namespace besides': {
        change: added('kubernetes:core/v1:ResourceQuota', { metadata: { name: 'more', namespace: 'other' } }),
      },
    },
  },
};
