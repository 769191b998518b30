import type { Case } from './case';
import { crashes } from './crashes';
import { planned } from './planned';
import { renewal } from './renewal';
import { surroundings } from './surroundings';

/** Every case by its name, in the order in which they run. */
export const cases = { ...crashes, ...surroundings, ...planned, renewal } as const;

export type CaseName = keyof typeof cases;

/** What `random` takes from: what may come at any time, in a minute or less. */
export const randomCases: readonly CaseName[] = [
  ...(['kill', 'partition', 'sentinel1', 'sentinel2', 'sentinelwipe', 'emptyvolume'] as const),
  ...(['slowreplica', 'switchover'] as const),
];

/** A case by its name. @throws with the names there are */
export function caseNamed(name: string): Case {
  if (!(name in cases))
    throw new Error(
      `no case is called ${name}; there are ${[...Object.keys(cases), 'random', 'tls', 'alarms'].join(', ')}`,
    );
  return cases[name as CaseName];
}
