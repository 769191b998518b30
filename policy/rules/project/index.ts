import type { Rule } from '../../model/rule';
import { noDeprecatedApi, stableApi } from './deprecatedApi';
import { labels } from './labels';
import { explicitProvider, noHelmRelease, timeouts } from './program';

/** How a program is written, so that the others can judge it and people find their way. Waivers are apart: they need all ids. */
export const project: readonly Rule[] = [
  labels,
  noDeprecatedApi,
  stableApi,
  noHelmRelease,
  explicitProvider,
  timeouts,
];
