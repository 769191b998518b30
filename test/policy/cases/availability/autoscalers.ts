import type { CasesByRule } from '../../support/cases';
import { all } from '../../support/make';
import {
  without,
  spec,
  pods,
  adding,
  copying,
  scaled,
  autoscaler,
  cluster,
  labelled,
  unscaled,
  standalone,
} from './support';

export const autoscalers: CasesByRule = {
  'hpa-no-replicas': {
    refused: {
      'a number of its own': {
        change: (program) => (program.object('StatefulSet', 'redis').ignoreChanges = []),
        says: /^spec\.replicas is set, and autoscaler redis-redis-autoscaler scales it\. Leave/,
      },
      'changes of something else left alone': {
        change: (program) => (program.object('StatefulSet', 'redis').ignoreChanges = ['spec.template']),
      },
      'a Deployment': {
        change: (program) => (program.object('Deployment', 'redis-proxy').ignoreChanges = []),
        says: 'autoscaler proxy-autoscaler scales it',
      },
      'a patch of it': {
        change: adding('apps/v1:StatefulSetPatch', { replicas: 3 }, { name: 'redis' }),
        says: 'spec.replicas is set',
      },
      'an autoscaler of another version': {
        change: all(
          (program) =>
            (program.object('HorizontalPodAutoscaler', 'redis').type =
              'kubernetes:autoscaling/v1:HorizontalPodAutoscaler'),
          (program) => (program.object('StatefulSet', 'redis').ignoreChanges = []),
        ),
      },
    },
    passed: {
      'no number': {
        change: all(
          (program) => (program.object('StatefulSet', 'redis').ignoreChanges = []),
          spec('StatefulSet', 'redis', (of) => delete of.replicas),
        ),
      },
      'changes left alone, written otherwise': {
        change: (program) => (program.object('StatefulSet', 'redis').ignoreChanges = ['spec["replicas"]']),
      },
      'changes of the whole spec left alone, among others': {
        change: (program) => (program.object('StatefulSet', 'redis').ignoreChanges = ['metadata', 'spec']),
      },
      'the same name of another kind': {
        change: copying('Deployment', 'redis-proxy', (props) => (props.metadata.name = 'redis')),
      },
      'the same name in another group': {
        change: adding('apps.example.com/v1:StatefulSet', { replicas: 1 }, { name: 'redis' }),
      },
      'the same name in another namespace': {
        change: adding('apps/v1:StatefulSet', { replicas: 1 }, { name: 'redis', namespace: 'other' }),
      },
      'another name': { change: adding('apps/v1:StatefulSet', { replicas: 1 }) },
      'no autoscaler': {
        change: all(unscaled, (program) => (program.object('StatefulSet', 'redis').ignoreChanges = [])),
      },
    },
  },

  'hpa-target-exists': {
    refused: {
      'another name': {
        change: scaled('redis', (of) => (of.scaleTargetRef.name = 'redis-server')),
        says: 'spec.scaleTargetRef is apps/v1 StatefulSet redis-server, which is not in the stack. Set spec.scaleTargetRef',
      },
      'another kind': { change: scaled('redis', (of) => (of.scaleTargetRef.kind = 'Deployment')) },
      'another group': {
        change: scaled('redis', (of) => (of.scaleTargetRef.apiVersion = 'apps.example.com/v1')),
      },
      'no group': { change: scaled('redis', (of) => (of.scaleTargetRef.apiVersion = 'v1')) },
      'no version': { change: scaled('redis', (of) => delete of.scaleTargetRef.apiVersion) },
      'another namespace': {
        change: (program) => (program.props('HorizontalPodAutoscaler', 'redis').metadata.namespace = 'other'),
      },
      'no target': {
        change: scaled('redis', (of) => delete of.scaleTargetRef),
        says: 'spec.scaleTargetRef is undefined undefined undefined',
      },
      'a target that is no object': {
        change: (program) => (program.object('StatefulSet', 'redis').type = 'aws:apps/v1:StatefulSet'),
      },
      'a target that is gone': { change: without('StatefulSet', 'redis') },
      'a patch with another name': {
        change: adding('autoscaling/v2:HorizontalPodAutoscalerPatch', {
          scaleTargetRef: { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'other' },
        }),
      },
    },
    passed: {
      'another version of the group': {
        change: scaled('redis', (of) => (of.scaleTargetRef.apiVersion = 'apps/v1beta2')),
      },
      'a kind of the core': {
        change: all(
          adding('core/v1:ReplicationController', {}),
          autoscaler({}, 'ReplicationController', 'added', 'v1'),
        ),
      },
      'a custom resource': {
        change: all(
          adding('argoproj.io/v1alpha1:Rollout', {}),
          autoscaler({}, 'Rollout', 'added', 'argoproj.io/v1alpha1'),
        ),
      },
      'the default namespace, said and not said': {
        change: all(adding('apps/v1:Deployment', {}, { namespace: 'default' }), (program) =>
          program.add('kubernetes:autoscaling/v2:HorizontalPodAutoscaler', {
            metadata: { name: 'added' },
            spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'added' } },
          }),
        ),
      },
      'a patch without a target': {
        change: adding('autoscaling/v2:HorizontalPodAutoscalerPatch', { minReplicas: 3 }),
      },
      'no autoscaler': { change: unscaled },
      "somebody else's autoscaler": {
        change: adding('autoscaling.example.com/v1:HorizontalPodAutoscaler', {}),
      },
    },
  },

  'no-hpa-on-master': {
    refused: {
      'a Redis without Sentinel': {
        change: without('StatefulSet', 'sentinel'),
        says: /^it scales redis, which is Redis of mode standalone: a pod that goes takes its data with it\. Remove/,
      },
      'a Redis Cluster': { change: cluster, says: 'it scales redis, which is Redis of mode Cluster' },
      'two pods': {
        change: scaled('redis', (of) => (of.minReplicas = 2)),
        says: /^spec\.minReplicas is 2\. /,
      },
      'no least number': {
        change: scaled('redis', (of) => delete of.minReplicas),
        says: /^spec\.minReplicas is 1\. /,
      },
      'no hook': {
        change: (program) => delete program.container('StatefulSet', 'redis').lifecycle,
        says: /^it scales redis, whose containers have no preStop hook\. /,
      },
      'another hook': {
        change: (program) =>
          (program.container('StatefulSet', 'redis').lifecycle = {
            postStart: { exec: { command: ['true'] } },
          }),
        says: 'whose containers have no preStop hook',
      },
      'a hook of an init container': {
        change: (program) => {
          const { lifecycle } = program.container('StatefulSet', 'redis');
          delete program.container('StatefulSet', 'redis').lifecycle;
          program.container('StatefulSet', 'redis', 'exporter').lifecycle = lifecycle;
        },
        says: 'whose containers have no preStop hook',
      },
      'no containers': {
        change: pods('StatefulSet', 'redis', (pod) => delete pod.containers),
        says: 'whose containers have no preStop hook',
      },
      'a patch of the autoscaler': {
        change: adding('autoscaling/v2:HorizontalPodAutoscalerPatch', {
          scaleTargetRef: { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'redis' },
          minReplicas: 2,
        }),
        says: 'spec.minReplicas is 2',
      },
      'Redis by another name': {
        change: all(
          labelled('redis', 'name', 'valkey'),
          scaled('redis', (of) => (of.minReplicas = 2)),
        ),
        configuration: { redis: ['valkey'] },
      },
      'Sentinel by another name, of which the configuration knows nothing': {
        change: labelled('sentinel', 'name', 'watcher'),
        says: 'mode standalone',
      },
    },
    passed: {
      'three pods': { change: scaled('redis', (of) => (of.minReplicas = 3)) },
      'a hook of one container among others': {
        change: pods('StatefulSet', 'redis', ({ containers }) => containers.push({ name: 'other' })),
      },
      'a patch that leaves the number alone': {
        change: adding('autoscaling/v2:HorizontalPodAutoscalerPatch', {
          scaleTargetRef: { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'redis' },
        }),
      },
      'Sentinel by another name': {
        change: labelled('sentinel', 'name', 'watcher'),
        configuration: { sentinel: ['watcher'] },
      },
      'what is no Redis': {
        change: all(without('StatefulSet', 'sentinel'), labelled('redis', 'name', 'memcached')),
      },
      'a Redis without Sentinel that nothing scales': { change: standalone },
      'no autoscaler': { change: unscaled },
    },
  },
};
