import type { CasesByRule } from '../../support/cases';
import { fixedNames } from './fixedNames';
import { lasting } from './lasting';
import { namespaces } from './namespaces';
import { secretInConfigMap } from './secretInConfigMap';

export const data: CasesByRule = {
  ...namespaces,
  ...lasting,
  ...secretInConfigMap,
  ...fixedNames,
};
