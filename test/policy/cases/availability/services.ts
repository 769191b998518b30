import type { CasesByRule } from '../../support/cases';
import { all, namespace } from '../../support/make';
import { without, spec, adding, copying } from './support';

export const services: CasesByRule = {
  'headless-service': {
    refused: {
      'no name': {
        change: spec('StatefulSet', 'redis', (of) => delete of.serviceName),
        says: 'spec.serviceName is left out. Add a Service',
      },
      'another name': {
        change: spec('StatefulSet', 'redis', (of) => (of.serviceName = 'redis-pods')),
        says: 'spec.serviceName is redis-pods, which is no Service of the stack.',
      },
      'no such Service': {
        change: without('Service', 'redis-nodes'),
        says: 'spec.serviceName is redis-nodes, which is no Service of the stack.',
      },
      'a Service in another namespace': {
        change: (program) => (program.props('Service', 'redis-nodes').metadata.namespace = 'other'),
        says: 'which is no Service of the stack',
      },
      'a patch of a Service': {
        change: (program) =>
          (program.object('Service', 'redis-nodes').type = 'kubernetes:core/v1:ServicePatch'),
        says: 'which is no Service of the stack',
      },
      "somebody else's Service": {
        change: (program) =>
          (program.object('Service', 'redis-nodes').type = 'kubernetes:serving.knative.dev/v1:Service'),
        says: 'which is no Service of the stack',
      },
      'a Service with an address': {
        change: spec('Service', 'redis-nodes', (of) => delete of.clusterIP),
        says: 'spec.serviceName is redis-nodes, which is not headless.',
      },
      'a Service of other pods': {
        change: spec('StatefulSet', 'redis', (of) => (of.serviceName = 'sentinel-nodes')),
        says: 'spec.serviceName is sentinel-nodes, which does not select its pods.',
      },
      'a Service without a selector': {
        change: spec('Service', 'redis-nodes', (of) => delete of.selector),
        says: 'which does not select its pods',
      },
    },
    passed: {
      'an older version of StatefulSets': {
        change: (program) =>
          (program.object('StatefulSet', 'redis').type = 'kubernetes:apps/v1beta2:StatefulSet'),
      },
      'a Deployment, which needs none': { change: without('Service', 'redis') },
      'a patch': { change: adding('apps/v1:StatefulSetPatch', {}) },
      'no StatefulSets': { change: without('StatefulSet') },
    },
  },

  'service-targets-pods': {
    refused: {
      'other pods': {
        change: spec('Service', 'redis-read', (of) => (of.selector['app.kubernetes.io/name'] = 'valkey')),
        says: 'spec.selector selects no pods of the stack. Set spec.selector',
      },
      'pods in another namespace': {
        change: (program) => (program.props('Service', 'redis-read').metadata.namespace = 'other'),
        says: 'spec.selector selects no pods of the stack',
      },
      'pods of a patch': {
        change: (program) =>
          (program.object('Deployment', 'grafana').type = 'kubernetes:apps/v1:DeploymentPatch'),
        says: 'spec.selector selects no pods of the stack',
      },
      'a pod that there never is': {
        change: spec(
          'Service',
          'redis-6',
          (of) => (of.selector['statefulset.kubernetes.io/pod-name'] = 'redis-7'),
        ),
        says: 'spec.selector selects no pods of the stack',
      },
      'a pod that there never is by its number': {
        change: spec('Service', 'redis-6', (of) => {
          delete of.selector['statefulset.kubernetes.io/pod-name'];
          of.selector['apps.kubernetes.io/pod-index'] = '7';
        }),
        says: 'spec.selector selects no pods of the stack',
      },
      'a pod before the first': {
        change: spec('StatefulSet', 'redis', (of) => (of.ordinals = { start: 1 })),
        says: 'spec.selector selects no pods of the stack',
      },
      'a pod beyond what nothing scales': {
        change: without('HorizontalPodAutoscaler', 'redis'),
        says: 'spec.selector selects no pods of the stack',
      },
      "a pod by a StatefulSet's label of something else": {
        change: all(
          copying(
            'StatefulSet',
            'redis',
            (props) => (props.metadata.name = 'other'),
            'kubernetes:apps/v1:ReplicaSet',
          ),
          spec('Service', 'redis-0', (of) => (of.selector['statefulset.kubernetes.io/pod-name'] = 'other-0')),
        ),
      },
      'a port that the pods do not have': {
        change: spec('Service', 'redis-read', (of) => (of.ports[0].targetPort = 'sentinel')),
        says: 'targetPort sentinel is no port of the pods that it selects.',
      },
      'a second port that the pods do not have': {
        change: spec('Service', 'redis-read', (of) => of.ports.push({ port: 1, targetPort: 'web' })),
        says: 'targetPort web is no port of the pods that it selects.',
      },
      'pods without ports': {
        change: (program) => delete program.container('Deployment', 'grafana').ports,
        says: 'targetPort web is no port',
      },
      'no workloads': { change: all(without('StatefulSet'), without('Deployment')) },
    },
    passed: {
      'a pod by its number': {
        change: spec('Service', 'redis-6', (of) => {
          delete of.selector['statefulset.kubernetes.io/pod-name'];
          of.selector['apps.kubernetes.io/pod-index'] = '6';
        }),
      },
      'pods that begin with another number': {
        change: all(
          spec('StatefulSet', 'sentinel', (of) => (of.ordinals = { start: 1 })),
          spec(
            'Service',
            'sentinel-0',
            (of) => (of.selector['statefulset.kubernetes.io/pod-name'] = 'sentinel-3'),
          ),
        ),
      },
      'numbers that are said to begin with nought': {
        change: spec('StatefulSet', 'redis', (of) => (of.ordinals = {})),
      },
      'a port by its number': { change: spec('Service', 'redis-read', (of) => (of.ports[0].targetPort = 1)) },
      'a port like its own': { change: spec('Service', 'redis-read', (of) => delete of.ports[0].targetPort) },
      'a port of a sidecar': {
        change: spec('Service', 'redis-read', (of) => (of.ports[0].targetPort = 'metrics')),
      },
      'a port of one of the workloads': {
        change: spec('Service', 'redis-read', (of) => {
          of.selector = { 'app.kubernetes.io/instance': namespace };
          of.ports[0].targetPort = 'sentinel';
        }),
      },
      'no ports': { change: spec('Service', 'redis-nodes', (of) => delete of.ports) },
      'no selector': { change: adding('core/v1:Service', { ports: [{ port: 1, targetPort: 'other' }] }) },
      'an empty selector': { change: adding('core/v1:Service', { selector: {} }) },
      'another name for something outside': {
        change: adding('core/v1:Service', { type: 'ExternalName', selector: { app: 'other' } }),
      },
      'a patch': { change: adding('core/v1:ServicePatch', { selector: { app: 'other' } }) },
      'pods of a CronJob': {
        change: adding('core/v1:Service', { selector: { 'app.kubernetes.io/name': 'sessions-cleanup' } }),
      },
      'no Services': { change: without('Service') },
    },
  },
};
