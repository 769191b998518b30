import { kindOf } from '../../model/resource';
import { resourceRule } from '../../model/rule';
import { outdated, ownGroups } from './apis';

/** No object that the next cluster refuses. */
export const noDeprecatedApi = resourceRule({
  id: 'no-deprecated-api',
  demand: 'Objects are of API versions that are served and not deprecated.',
  reason: 'The cluster, or the next version of it, refuses them, also those that are there already.',
  remedy: 'Use the class of the API version that took its place.',
  severity: 'low',
  reference: { framework: 'session-database', control: 'APIs' },
  check: ({ type }) => {
    const kind = kindOf(type);
    if (kind === undefined) return [];
    const api = `${groupOf(kind)}/${kind.version}`;
    return outdated
      .filter((one) => one.api === api && (one.kinds?.includes(kind.kind) ?? true))
      .map(({ fate, successor }) => `${api} ${kind.kind} ${fate}; its place took ${successor}`);
  },
});

/** No object whose form may change with the next version of Kubernetes. */
export const stableApi = resourceRule({
  id: 'stable-api',
  demand: "Objects of Kubernetes' own kinds are of stable API versions.",
  reason: 'Alpha and beta versions are off in most clusters and end a few releases later.',
  remedy: 'Use the stable version, or do without the kind until there is one.',
  severity: 'low',
  reference: { framework: 'session-database', control: 'APIs' },
  advisory: true,
  check: ({ type }) => {
    const kind = kindOf(type);
    if (kind === undefined || !ownGroups.includes(groupOf(kind))) return [];
    return /alpha|beta/.test(kind.version)
      ? [`${groupOf(kind)}/${kind.version} ${kind.kind} is of a version that is not stable`]
      : [];
  },
});

const groupOf = ({ group }: { readonly group: string }): string => (group === '' ? 'core' : group);
