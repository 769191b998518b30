import type { CasesByRule } from '../../support/cases';
import type { Anything } from '../../support/program';
import { all, namespace } from '../../support/make';
import { without, spec, pods, adding, scaled, fixed } from './support';

const hostname = 'kubernetes.io/hostname';
const zone = 'topology.kubernetes.io/zone';

const selectorOf = (name: string) => ({
  matchLabels: { 'app.kubernetes.io/name': name, 'app.kubernetes.io/instance': namespace },
});

/** Leaves the pods of Redis no way of spreading but these. */
const spreadBy = (of: object) =>
  pods('StatefulSet', 'redis', (pod) => {
    delete pod.topologySpreadConstraints;
    Object.assign(pod, of);
  });

const antiAffinity = (key: string, name = 'redis', terms = 'required') => {
  const term = { topologyKey: key, labelSelector: selectorOf(name) };
  return spreadBy({
    affinity: {
      podAntiAffinity: {
        [`${terms}DuringSchedulingIgnoredDuringExecution`]: [
          terms === 'required' ? term : { weight: 100, podAffinityTerm: term },
        ],
      },
    },
  });
};

const overOnly = (key: string) =>
  pods('StatefulSet', 'redis', (pod) => {
    pod.topologySpreadConstraints = pod.topologySpreadConstraints.filter(
      ({ topologyKey }: Anything) => topologyKey === key,
    );
  });

const spreads = (key: string, other: string): CasesByRule[string] => ({
  refused: {
    'no constraint': {
      change: spreadBy({}),
      says: `spec.template.spec spreads its pods over no ${key}, by topologySpreadConstraints or podAntiAffinity. Add a topologySpreadConstraint over ${key} whose`,
    },
    'a constraint over something else': { change: overOnly(other) },
    'a constraint without a selector': {
      change: spreadBy({ topologySpreadConstraints: [{ topologyKey: key }] }),
    },
    'a constraint of other pods': {
      change: spreadBy({
        topologySpreadConstraints: [{ topologyKey: key, labelSelector: selectorOf('valkey') }],
      }),
    },
    'anti-affinity over something else': { change: antiAffinity(other) },
    'anti-affinity to other pods': { change: antiAffinity(key, 'valkey') },
    'preferred anti-affinity to other pods': { change: antiAffinity(key, 'valkey', 'preferred') },
    'preferred anti-affinity without a term': {
      change: spreadBy({
        affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{}] } },
      }),
    },
    'affinity of another kind': { change: spreadBy({ affinity: { nodeAffinity: {} } }) },
    'a Deployment': {
      change: pods('Deployment', 'redis-proxy', (pod) => delete pod.topologySpreadConstraints),
    },
    'two pods': {
      change: all(fixed(2), spreadBy({})),
    },
    'an autoscaler that may make it two': {
      change: all(
        scaled('redis', (of) => Object.assign(of, { minReplicas: 1, maxReplicas: 2 })),
        spreadBy({}),
      ),
    },
  },
  passed: {
    'a constraint alone': { change: overOnly(key) },
    'a constraint by an expression': {
      change: spreadBy({
        topologySpreadConstraints: [
          {
            topologyKey: key,
            labelSelector: {
              matchExpressions: [{ key: 'app.kubernetes.io/name', operator: 'In', values: ['redis'] }],
            },
          },
        ],
      }),
    },
    'anti-affinity': { change: antiAffinity(key) },
    'preferred anti-affinity': { change: antiAffinity(key, 'redis', 'preferred') },
    'one pod': {
      change: all(fixed(1), spreadBy({})),
    },
    'one pod, where nothing is said': {
      change: all(
        fixed(1),
        spec('StatefulSet', 'redis', (of) => delete of.replicas),
        spreadBy({}),
      ),
    },
    'a patch': { change: adding('apps/v1:DeploymentPatch', { replicas: 3 }) },
    'a DaemonSet, which is on each node once': { change: adding('apps/v1:DaemonSet', {}) },
    'no workloads': { change: all(without('StatefulSet'), without('Deployment')) },
  },
});

export const spread: CasesByRule = {
  spread: spreads(hostname, zone),
  'spread-zones': spreads(zone, hostname),
};
