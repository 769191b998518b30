import type { Rule } from '../../model/rule';
import { digestPinned } from './digestPinned';
import { pullPolicy } from './pullPolicy';
import { registryAllowList } from './registryAllowList';

/** What runs is what was chosen: which images, from where, and when they are pulled. */
export const images: readonly Rule[] = [digestPinned, registryAllowList, pullPolicy];
