import type { CasesByRule } from '../support/cases';
import { podSecurity } from './podSecurity';

/** Every rule's cases. */
export const cases: CasesByRule = { ...podSecurity };
