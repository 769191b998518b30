import { audit } from './audit';
import type { Gate } from './gate';
import { licences } from './licences';
import { links } from './links';
import { manifests } from './manifests';
import { deadCode, format, lint, types } from './npm';
import { score } from './score';
import { secrets } from './secrets';
import { shell } from './shell';
import { workflows } from './workflows';
import { yaml } from './yaml';

/** All gates, the longest first: what is begun last should not be what everybody waits for. */
export const gates: readonly Gate[] = [
  lint,
  types,
  format,
  manifests,
  score,
  secrets,
  deadCode,
  shell,
  audit,
  yaml,
  workflows,
  links,
  licences,
];
