import { all } from '../../support/make';
import type { Configuration } from '../../../../policy/pack/judge';
import type { Case } from '../../support/cases';
import type { Anything, Program } from '../../support/program';

export type Change = (program: Program) => void;

export const nothing: Change = () => undefined;

/** Changes a file of a ConfigMap. */
export const rewritten =
  (config: string, file: string, change: (text: string) => string): Change =>
  (program) => {
    const { data } = program.props('ConfigMap', config);
    data[file] = change(data[file] as string);
  };

/** Takes a directive out of a file, and writes other lines in its place. */
const directive =
  (config: string, file: string) =>
  (name: string, ...lines: readonly string[]): Change =>
    rewritten(config, file, (text) => {
      const kept = text.split('\n').filter((line) => !line.startsWith(`${name} `));
      return [...kept, ...lines].join('\n');
    });

export const redis = directive('redis-config-', 'redis.conf');

export const sentinel = directive('sentinel-config-', 'sentinel.conf');

export const without = (type: string, name: string): Change =>
  all(
    (program) => program.object(type, name),
    (program) => {
      const { urn } = program.object(type, name);
      program.remove((resource) => resource.urn === urn);
    },
  );

export const renamed =
  (kind: string, name: string, label: string): Change =>
  (program) =>
    (program.props(kind, name).spec.template.metadata.labels['app.kubernetes.io/name'] = label);

export const statefulSet =
  (change: (spec: Anything) => void): Change =>
  (program) =>
    change(program.props('StatefulSet', 'redis').spec);

/** Cases of a directive that is left out, or written otherwise. */
export const refusedDirectives = (
  of: typeof redis,
  rows: Readonly<Record<string, readonly [name: string, line: string | undefined, says: string]>>,
): Record<string, Case> =>
  Object.fromEntries(
    Object.entries(rows).map(([title, [name, line, says]]) => [
      title,
      { change: line === undefined ? of(name) : of(name, line), says },
    ]),
  );

/** Cases of one configuration. */
export const under = (
  configuration: Configuration,
  cases: Readonly<Record<string, Case>>,
): Record<string, Case> =>
  Object.fromEntries(Object.entries(cases).map(([title, one]) => [title, { configuration, ...one }]));
