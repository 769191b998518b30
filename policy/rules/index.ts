import type { Rule } from '../model/rule';
import { podSecurity } from './podSecurity';

/** Every rule of the pack, family by family. */
export const families: Readonly<Record<string, readonly Rule[]>> = {
  'Pod security': podSecurity,
};

export const rules: readonly Rule[] = Object.values(families).flat();
