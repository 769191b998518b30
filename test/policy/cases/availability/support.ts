import { all, namespace } from '../../support/make';
import type { Anything, Program } from '../../support/program';

export const without =
  (kind: string, name?: string) =>
  (program: Program): void =>
    program.remove(
      ({ type, props }) => type.endsWith(`:${kind}`) && (name === undefined || props.metadata.name === name),
    );

export const spec =
  (kind: string, name: string, change: (spec: Anything) => void) =>
  (program: Program): void =>
    change(program.props(kind, name).spec);

export const pods =
  (kind: string, name: string, change: (spec: Anything) => void) =>
  (program: Program): void =>
    change(program.pod(kind, name));

export const sized = (kind: string, name: string, replicas: number) =>
  spec(kind, name, (of) => (of.replicas = replicas));

/** Adds an object beside stack prod's own, in the same namespace where nothing else is said. */
export const adding =
  (type: string, of: object, metadata: object = {}) =>
  (program: Program): void =>
    program.add(`kubernetes:${type}`, { metadata: { name: 'added', namespace, ...metadata }, spec: of });

/** Adds an object like one that is there. */
export const copying =
  (kind: string, name: string, change: (props: Anything) => void, type?: string) =>
  (program: Program): void => {
    const { type: own, props } = program.object(kind, name);
    const copied = structuredClone(props);
    copied.metadata.name = 'copied';
    change(copied);
    program.add(type ?? own, copied);
  };

export const scaled = (name: string, change: (spec: Anything) => void) =>
  spec('HorizontalPodAutoscaler', name, change);

export const autoscaler = (of: object, kind = 'StatefulSet', name = 'sentinel', apiVersion = 'apps/v1') =>
  adding('autoscaling/v2:HorizontalPodAutoscaler', { scaleTargetRef: { apiVersion, kind, name }, ...of });

/** A Redis that nothing scales. */
export const fixed = (replicas: number) =>
  all(without('HorizontalPodAutoscaler', 'redis'), sized('StatefulSet', 'redis', replicas));

export const file =
  (configMap: string, name: string, text: string) =>
  (program: Program): void => {
    const { data } = program.props('ConfigMap', configMap);
    data[name] = `${data[name] ?? ''}\n${text}`;
  };

export const cluster = file('redis-config', 'redis.conf', 'cluster-enabled yes');

export const labelled = (name: string, key: string, value: string) => (program: Program) => {
  program.props('StatefulSet', name).spec.template.metadata.labels[`app.kubernetes.io/${key}`] = value;
};

/** Makes stack prod's StatefulSet Redis something else, with the pods that it has. */
export const ofType = (type: string) => (program: Program) => {
  program.object('StatefulSet', 'redis').type = `kubernetes:${type}`;
};

export const unscaled = without('HorizontalPodAutoscaler');

export const standalone = all(without('StatefulSet', 'sentinel'), fixed(1));
