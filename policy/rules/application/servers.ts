import { directivesOf } from '../../model/conf';
import { configMapsOf, dataOf } from '../../model/mounts';
import { type Maker, makersOf } from '../../model/pods';
import { isKind, type Resource } from '../../model/resource';
import type { Finding } from '../../model/rule';
import { isNamed } from '../../model/servers';

/** A workload, and a file that configures its pods. */
export interface Server extends Maker {
  /** The ConfigMap with the file; undefined where the stack mounts none into the pods. */
  readonly config?: Resource;
  readonly text?: string;
}

/** The workloads whose pods have one of these names, as label app.kubernetes.io/name. */
export const workloadsOf = (resources: readonly Resource[], names: readonly string[]): Maker[] =>
  // What ends serves nothing.
  makersOf(resources.filter((resource) => !isKind(resource, 'batch', 'Job', 'CronJob'))).filter(({ pods }) =>
    isNamed(pods, names),
  );

/** Such workloads, each with every file of a name that it mounts, or with none. */
const serversOf = (resources: readonly Resource[], names: readonly string[], file: string): Server[] =>
  workloadsOf(resources, names).flatMap((one) => {
    const configs = configMapsOf(one.resource, resources).filter((config) => file in dataOf(config));
    if (configs.length === 0) return [one];
    return configs.map((config) => ({ ...one, config, text: dataOf(config)[file] ?? '' }));
  });

export type Directives = ReadonlyMap<string, string>;

/** What is wrong with such a file of each server, or that there is none that could be judged. */
export const judgeServers = (
  resources: readonly Resource[],
  names: readonly string[],
  file: string,
  problemsOf: (text: string, server: Server) => readonly string[],
): Finding[] =>
  serversOf(resources, names, file).flatMap((server): Finding[] => {
    const { resource, config, text } = server;
    if (config === undefined || text === undefined)
      return [{ problem: `its pods mount no ConfigMap of the stack with ${file}`, resource }];
    return problemsOf(text, server).map((problem) => ({ problem: `${file}: ${problem}`, resource: config }));
  });

/** The same for a file of Redis' form. */
export const judgeConf = (
  resources: readonly Resource[],
  names: readonly string[],
  file: string,
  problemsOf: (directives: Directives, server: Server) => readonly string[],
): Finding[] =>
  judgeServers(resources, names, file, (text, server) => problemsOf(directivesOf(text), server));

/** What a file says of a directive that is no secret. */
export const said = (directives: Directives, name: string): string =>
  directives.has(name) ? `${name} is ${directives.get(name)}` : `${name} is missing`;

/** Whether a file says anything of a directive. */
export const says = (directives: Directives, name: string): boolean => (directives.get(name) ?? '') !== '';

/** Whether it says one of these; where it says nothing, Redis' own value counts. */
export const isOneOf = (
  directives: Directives,
  name: string,
  values: readonly string[],
  byDefault = '',
): boolean => values.includes((directives.get(name) ?? byDefault).toLowerCase());
