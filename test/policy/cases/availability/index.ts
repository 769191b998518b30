import type { CasesByRule } from '../../support/cases';
import { autoscalers } from './autoscalers';
import { pdbCovers } from './pdbCovers';
import { replicasByMode } from './replicasByMode';
import { services } from './services';
import { spread } from './spread';
import { workloads } from './workloads';

export const availability: CasesByRule = {
  ...autoscalers,
  ...pdbCovers,
  ...replicasByMode,
  ...services,
  ...spread,
  ...workloads,
};
