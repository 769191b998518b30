import type { CasesByRule } from '../../support/cases';
import { hosts } from './hosts';
import { profiles } from './profiles';
import { rights } from './rights';

// What each control allows and forbids is in the corpus (../../podSecurity.test.ts). Here is what people are told, and of what.

/** Cases of the Pod Security Standards. */
export const podSecurity: CasesByRule = { ...hosts, ...profiles, ...rights };
