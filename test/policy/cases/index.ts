import type { CasesByRule } from '../support/cases';
import { availability } from './availability';
import { images } from './images';
import { project } from './project';
import { application } from './application';
import { data } from './data';
import { network } from './network';
import { pods } from './pods';
import { podSecurity } from './podSecurity';
import { rbac } from './rbac';

/** Every rule's cases. */
export const cases: CasesByRule = {
  ...rbac,
  ...network,
  ...podSecurity,
  ...pods,
  ...data,
  ...application,
  ...images,
  ...availability,
  ...project,
};
