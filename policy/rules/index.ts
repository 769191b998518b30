import type { Rule } from '../model/rule';
import { application } from './application';
import { availability } from './availability';
import { data } from './data';
import { images } from './images';
import { network } from './network';
import { podSecurity } from './podSecurity';
import { pods } from './pods';
import { project } from './project';
import { waivers } from './project/waivers';
import { rbac } from './rbac';

const judging: Readonly<Record<string, readonly Rule[]>> = {
  'Pod security': podSecurity,
  Pods: pods,
  Network: network,
  RBAC: rbac,
  Data: data,
  Application: application,
  Images: images,
  Availability: availability,
  Project: project,
};

/** Every rule of the pack, family by family. */
export const families: Readonly<Record<string, readonly Rule[]>> = {
  ...judging,
  Waivers: [
    waivers(
      Object.values(judging)
        .flat()
        .map(({ id }) => id),
    ),
  ],
};

export const rules: readonly Rule[] = Object.values(families).flat();
