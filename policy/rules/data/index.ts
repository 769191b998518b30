import type { Rule } from '../../model/rule';
import { fixedSecretMutable } from './fixedNames';
import { protectStateful, pvcRetain } from './lasting';
import { namespacePssLabels, quotaLimitrange } from './namespaces';
import { noSecretInConfigmap } from './secretInConfigMap';

/** Namespaces, and what is kept in them: data, Secrets and ConfigMaps. */
export const data: readonly Rule[] = [
  namespacePssLabels,
  quotaLimitrange,
  protectStateful,
  pvcRetain,
  noSecretInConfigmap,
  fixedSecretMutable,
];
