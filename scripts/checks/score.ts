import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildTool, tools } from '../../local/tools/build';
import versions from '../../versions.json';
import { command, excepting, exceptionsOf, type Found, type Gate, judged } from './gate';
import { manifestsOf } from './manifests';

/** Rules of kube-score that say the opposite of what the project has decided, wherever they look. */
const decided: Readonly<Record<string, string>> = {
  'container-image-pull-policy':
    'images are pinned: pulling one again at each start only makes the registry a part of every start',
  'container-security-context-user-group-id':
    'pods run as the users that the images were made for, such as 999, which own the files in them',
  'statefulset-has-host-podantiaffinity':
    'pods are spread by topologySpreadConstraints, which it does not read',
  'deployment-has-host-podantiaffinity':
    'pods are spread by topologySpreadConstraints, which it does not read',
};

interface Scored {
  readonly type_meta: { readonly kind: string };
  readonly object_meta: { readonly name: string };
  readonly checks: readonly {
    readonly check: { readonly id: string };
    /** 1 critical, 5 warning, 7 almost, 10 good. */
    readonly grade: number;
    readonly skipped: boolean;
    readonly comments: readonly { readonly path: string; readonly summary: string }[] | null;
  }[];
}

async function findingsOf(tool: string, folder: string, file: string): Promise<Found[]> {
  const [, minor] = versions.kubernetes.split('.');
  const { stdout, output } = await command(
    tool,
    [
      'score',
      // A limit of CPU makes a server slow that has a free processor beside it; shares are by what is asked for.
      ...['--ignore-container-cpu-limit', '--kubernetes-version', `v1.${minor}`],
      ...['--enable-optional-test', 'container-seccomp-profile', '--output-format', 'json', file],
      ...Object.keys(decided).flatMap((rule) => ['--ignore-test', rule]),
    ],
    folder,
  );
  if (!/^(\[|null)/.test(stdout)) throw new Error(output);
  // null is for no object that it has rules for.
  return ((JSON.parse(stdout) ?? []) as readonly Scored[]).flatMap((scored) => {
    const { type_meta: type, object_meta: meta, checks } = scored;
    const failed = checks.filter(({ grade, skipped }) => !skipped && grade < 7);
    return failed.map(({ check, comments }) => ({
      rule: check.id,
      at: `${type.kind} ${meta.name.replace(/-\d+$/, '-N')}`,
      text: `${file}: ${type.kind} ${meta.name}: ${check.id}: ${(comments ?? [])
        .map(({ path, summary }) => [path, summary].filter((part) => part !== '').join(': '))
        .join('; ')}`,
    }));
  });
}

/** Good habits of Kubernetes objects, by kube-score. Its own rules stand beside those of the policy pack. */
export const score: Gate = {
  name: 'score',
  about: 'what the stacks render, by the rules of kube-score',
  check: async (root) => {
    const folder = await manifestsOf(root);
    const tool = join(await buildTool(tools.kubeScore, () => undefined), 'kube-score');
    const found: Found[] = [];
    for (const file of readdirSync(folder).sort()) found.push(...(await findingsOf(tool, folder, file)));
    return judged(excepting(found, exceptionsOf(root, 'score')));
  },
};
