import type { Rule } from '../../model/rule';
import { hpaNoReplicas, hpaTargetExists, noHpaOnMaster } from './autoscalers';
import { cronjob } from './cronjob';
import { pdbCovers } from './pdbCovers';
import { replicasByMode } from './replicasByMode';
import { selectorMatchesTemplate } from './selectorMatchesTemplate';
import { headlessService, serviceTargetsPods } from './services';
import { spread, spreadZones } from './spread';

/** The database survives the loss of a pod, of a node, and what people and autoscalers do to it. */
export const availability: readonly Rule[] = [
  replicasByMode,
  hpaNoReplicas,
  hpaTargetExists,
  noHpaOnMaster,
  pdbCovers,
  spread,
  spreadZones,
  headlessService,
  serviceTargetsPods,
  selectorMatchesTemplate,
  cronjob,
];
