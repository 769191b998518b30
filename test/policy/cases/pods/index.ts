import type { CasesByRule } from '../../support/cases';
import { identity } from './identity';
import { isolation } from './isolation';
import { life } from './life';
import { resources } from './resources';
import { secrets } from './secrets';

/** Cases of the rules of pods beside the Pod Security Standards. */
export const pods: CasesByRule = { ...isolation, ...identity, ...resources, ...life, ...secrets };
