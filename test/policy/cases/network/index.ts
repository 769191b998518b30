import type { CasesByRule } from '../../support/cases';
import { dnsCases } from './names';
import { outside } from './outside';
import { peers } from './peers';
import { selection } from './selection';

export const network: CasesByRule = { ...selection, ...peers, ...dnsCases, ...outside };
