import type { Pods } from './pods';
import type { Setting } from './rule';
import { nameLabel } from './selectors';

/** Whether pods are of an application, by the standard label. */
export const isNamed = ({ metadata }: Pick<Pods, 'metadata'>, names: readonly string[]): boolean =>
  names.includes(metadata.labels?.[nameLabel] ?? '');

const namesOf = (what: string, byDefault: string): Setting<readonly string[]> => ({
  description: `What the label ${nameLabel} of pods of ${what} is.`,
  default: [byDefault],
});

/** Names of Redis' and of Sentinels' pods, as settings. */
export const redisNames = namesOf('Redis', 'redis');
export const sentinelNames = namesOf('Sentinels', 'sentinel');
