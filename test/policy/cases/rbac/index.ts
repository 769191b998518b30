import type { CasesByRule } from '../../support/cases';
import { bindings } from './bindings';
import { roles } from './roles';

export const rbac: CasesByRule = { ...roles, ...bindings };
