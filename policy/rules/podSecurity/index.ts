import type { Rule } from '../../model/rule';
import { hostNamespaces } from './hostNamespaces';

/** The Pod Security Standards, profile restricted: a rule for each of their controls. */
export const podSecurity: readonly Rule[] = [hostNamespaces];
