import type { CasesByRule } from '../../support/cases';
import type { Program } from '../../support/program';
import { adding } from './support';

const recommended = ['name', 'instance', 'component', 'part-of', 'managed-by'];

/** Takes a label of an object away. */
const without = (label: string) => (program: Program) =>
  delete program.props('Service', 'redis').metadata.labels[`app.kubernetes.io/${label}`];

/** Tells stack prod's proxy how long to take. */
const timed =
  (create: number, update: number, annotations: Record<string, string> = {}) =>
  (program: Program): void => {
    for (const kind of ['StatefulSet', 'Deployment', 'Job'])
      for (const resource of program.all(kind)) resource.timeouts = { create: 600, update: 600, delete: 0 };
    const proxy = program.object('Deployment', 'redis-proxy');
    proxy.timeouts = { create, update, delete: 0 };
    proxy.props.metadata.annotations = annotations;
  };

const annotated =
  (annotations: Record<string, string>) =>
  (program: Program): void => {
    program.props('Service', 'redis').metadata.annotations = annotations;
  };

const helm = (type: string) => adding(type, { chart: 'redis' });
const byDefault = (name: string) => ({ provider: { type: 'pulumi:providers:kubernetes', name } });

export const program: CasesByRule = {
  labels: {
    refused: {
      ...Object.fromEntries(
        recommended.map((label) => [
          `no label ${label}`,
          {
            change: without(label),
            says: `metadata.labels has no app.kubernetes.io/${label}. Add the label`,
          },
        ]),
      ),
      'no labels': { change: adding('kubernetes:core/v1:ConfigMap'), says: 'has no app.kubernetes.io/name' },
      'a Pod without one, told once': {
        change: adding('kubernetes:core/v1:Pod', {
          metadata: {
            labels: Object.fromEntries(
              recommended.slice(0, -1).map((label) => [`app.kubernetes.io/${label}`, 'x']),
            ),
          },
          spec: {},
        }),
        says: /^metadata\.labels has no app\.kubernetes\.io\/managed-by\.[^\n]*$/,
      },
      'no metadata': {
        change: adding('kubernetes:core/v1:ConfigMap', { metadata: undefined }),
        says: 'has no app.kubernetes.io/name',
      },
      'pods without one': {
        change: (program) =>
          delete program.props('Deployment', 'redis-proxy').spec.template.metadata.labels[
            'app.kubernetes.io/part-of'
          ],
        says: /^spec\.template\.metadata\.labels has no app\.kubernetes\.io\/part-of/,
      },
      "a CronJob's pods without one": {
        change: (program) =>
          delete program.props('CronJob', 'sessions-cleanup').spec.jobTemplate.spec.template.metadata.labels[
            'app.kubernetes.io/part-of'
          ],
        says: 'spec.jobTemplate.spec.template.metadata.labels has no app.kubernetes.io/part-of',
      },
      "a custom resource's": {
        change: adding('kubernetes:monitoring.coreos.com/v1:ServiceMonitor'),
        says: 'metadata.labels has no app.kubernetes.io/name',
      },
      'one that the configuration asks for': {
        change: () => undefined,
        configuration: { required: ['team'] },
        says: 'metadata.labels has no team',
      },
    },
    passed: {
      'other labels beside them': {
        change: (program) => (program.props('Service', 'redis').metadata.labels.team = 'sessions'),
      },
      'a Pod, whose labels are its own': {
        change: adding('kubernetes:core/v1:Pod', {
          metadata: {
            labels: Object.fromEntries(recommended.map((label) => [`app.kubernetes.io/${label}`, 'x'])),
          },
          spec: {},
        }),
      },
      'fewer, where the configuration asks for fewer': {
        change: without('component'),
        configuration: { required: ['app.kubernetes.io/name'] },
      },
      'a patch': { change: adding('kubernetes:core/v1:ConfigMapPatch') },
      'a list': { change: adding('kubernetes:core/v1:ConfigMapList') },
      'a release of Helm': { change: helm('kubernetes:helm.sh/v3:Release') },
      'files of objects': { change: adding('kubernetes:yaml/v2:ConfigGroup') },
      'a folder of Kustomize': { change: adding('kubernetes:kustomize/v2:Directory') },
      'what is no object of Kubernetes': { change: adding('random:index/randomPassword:RandomPassword') },
    },
  },

  'no-helm-release': {
    refused: {
      'a release': {
        change: helm('kubernetes:helm.sh/v3:Release'),
        says: 'is a release of Helm. Use kubernetes.helm.v4.Chart.',
      },
    },
    passed: {
      'a chart, whose objects are in the stack': { change: helm('kubernetes:helm.sh/v4:Chart') },
      'a release of somebody else': { change: helm('kubernetes:apps.example.com/v1:Release') },
    },
  },

  'explicit-provider': {
    refused: {
      'the default provider': {
        change: adding('kubernetes:core/v1:ConfigMap', {}, byDefault('default')),
        says: 'its provider is default. Make a kubernetes.Provider',
      },
      'the default provider of a version': {
        change: adding('kubernetes:core/v1:ConfigMap', {}, byDefault('default_4_18_0')),
        says: 'its provider is default_4_18_0.',
      },
      'a release': {
        change: adding('kubernetes:helm.sh/v3:Release', {}, byDefault('default')),
        says: 'its provider is default.',
      },
    },
    passed: {
      'a provider whose name begins likewise': {
        change: adding('kubernetes:core/v1:ConfigMap', {}, byDefault('defaults')),
      },
      'a provider whose name ends likewise': {
        change: adding('kubernetes:core/v1:ConfigMap', {}, byDefault('by-default')),
      },
      "another package's default provider": {
        change: adding('random:index/randomPassword:RandomPassword', {}, byDefault('default_4_18_0')),
      },
      'what is called like it within another name': {
        change: adding('example:kubernetes:core/v1:ConfigMap', {}, byDefault('default')),
      },
      'a component, which has none': {
        change: (program) => {
          adding('kubernetes:yaml/v2:ConfigGroup')(program);
          delete program.resources.at(-1)!.provider;
        },
      },
    },
  },

  timeouts: {
    refused: {
      'no time to create': {
        change: timed(0, 600),
        configuration: {},
        says: /^customTimeouts\.create is left out\. Set the option customTimeouts\.$/,
      },
      'no time to update': {
        change: timed(600, 0),
        configuration: {},
        says: /^customTimeouts\.update is left out\. Set the option customTimeouts\.$/,
      },
      'an annotation that says nothing': {
        change: timed(600, 0, { 'pulumi.com/skipAwait': 'false' }),
        configuration: {},
      },
      ...Object.fromEntries(
        ['apps/v1:Deployment', 'apps/v1:StatefulSet', 'apps/v1:DaemonSet', 'batch/v1:Job'].map((type) => [
          `${type} among others that have them`,
          {
            change: (program: Program) => {
              timed(600, 600)(program);
              adding(`kubernetes:${type}`)(program);
            },
            configuration: {},
          },
        ]),
      ),
    },
    passed: {
      'times of both': { change: timed(1, 1), configuration: {} },
      'a time by an annotation': {
        change: timed(0, 0, { 'pulumi.com/timeoutSeconds': '600' }),
        configuration: {},
      },
      'nothing to wait for': { change: timed(0, 0, { 'pulumi.com/skipAwait': 'true' }), configuration: {} },
      'a patch and kinds that nothing waits for': {
        change: (program) => {
          timed(600, 600)(program);
          adding('kubernetes:apps/v1:DeploymentPatch')(program);
          adding('kubernetes:batch/v1:CronJob')(program);
          adding('kubernetes:example.com/v1:Job')(program);
        },
        configuration: {},
      },
    },
  },

  waivers: {
    refused: {
      'no end': {
        change: annotated({ 'waiver.session-database/labels': 'for the demo' }),
        says: "metadata.annotations[waiver.session-database/labels] cannot be read. Write it as waiver.session-database/<rule>: 'until <year>-<month>-<day>: <reason>'.",
      },
      'a rule that is not there': {
        change: annotated({ 'waiver.session-database/label': 'until 2027-01-31: for the demo' }),
        says: 'metadata.annotations[waiver.session-database/label] names a rule that is not there.',
      },
      'the rule of waivers itself': {
        change: annotated({ 'waiver.session-database/waivers': 'until 2027-01-31: for the demo' }),
        says: 'names a rule that is not there',
      },
    },
    passed: {
      'a rule, its last day and a reason': {
        change: annotated({
          'waiver.session-database/labels': 'until 2027-01-31: for the demo',
          'waiver.session-database/spread': 'until 2026-01-31: long over, which its rule tells',
        }),
      },
      'other annotations': { change: annotated({ 'session-database/label': 'for the demo' }) },
    },
  },
};
