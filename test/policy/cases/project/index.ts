import type { CasesByRule } from '../../support/cases';
import { apis } from './apis';
import { program } from './program';

export const project: CasesByRule = { ...apis, ...program };
