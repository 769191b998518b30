import { withBlocks } from './blocks';
import type { Registered } from './record';
import { resourcesOf } from './resources';
import { table } from './table';

const component = 'session-database:';

/** docs/architecture.md with its pictures made anew from what stack prod registers. */
export async function pictures(text: string, read: (path: string) => string): Promise<string> {
  const resources = await resourcesOf('prod', read);
  return withBlocks('docs/architecture.md', text, (what) => {
    const picture = drawn[what];
    if (picture === undefined) throw new Error(`there is no picture ${what} for docs/architecture.md`);
    return picture(resources);
  });
}

type Picture = (resources: readonly Registered[]) => string;

const drawn: Readonly<Record<string, Picture | undefined>> = { components, connections };

const kindOf = (type: string) => type.split(':').at(-1) ?? '';

/** A table: what each component is made of. */
function components(resources: readonly Registered[]): string {
  const parts = resources.filter(({ type }) => type.startsWith(component));
  const rows = parts.map(({ name, type }) => {
    const kinds = new Map<string, number>();
    for (const child of resources.filter(({ parent }) => parent === name))
      if (!child.type.startsWith(component))
        kinds.set(kindOf(child.type), (kinds.get(kindOf(child.type)) ?? 0) + 1);
    const made = [...kinds].sort(([a], [b]) => (a < b ? -1 : 1));
    return [
      `\`${name}\``,
      kindOf(type),
      made.map(([kind, count]) => (count === 1 ? kind : `${count} ${kind}`)).join(', '),
    ];
  });
  return table(['component', 'class', 'what it registers'], rows);
}

interface Peer {
  readonly podSelector?: { readonly matchLabels?: Readonly<Record<string, string>> };
  readonly ipBlock?: { readonly cidr: string };
}

interface PolicySpec {
  readonly podSelector: NonNullable<Peer['podSelector']>;
  readonly egress?: readonly {
    readonly to: readonly Peer[];
    readonly ports: readonly { readonly port: number }[];
  }[];
}

/** A picture: who may dial whom, from the policies that allow it. */
function connections(resources: readonly Registered[]): string {
  const edges = new Map<string, Set<number>>();
  for (const { inputs } of resources.filter(({ type }) => kindOf(type) === 'NetworkPolicy')) {
    const { podSelector, egress = [] } = inputs['spec'] as PolicySpec;
    for (const { to, ports } of egress)
      for (const peer of to) {
        const edge = `${nodeOf({ podSelector })} --> ${nodeOf(peer)}`;
        // Everybody who dials asks for names; that line would be everywhere.
        if (nodeOf(peer) === 'kube-dns') continue;
        edges.set(edge, new Set([...(edges.get(edge) ?? []), ...ports.map(({ port }) => port)]));
      }
  }
  const lines = [...edges]
    .map(([edge, ports]) =>
      edge.replace(' --> ', ` -- "${[...ports].sort((a, b) => a - b).join(', ')}" --> `),
    )
    .sort();
  return ['```mermaid', 'flowchart LR', ...lines.map((line) => `  ${line}`), '```', ''].join('\n');
}

function nodeOf({ podSelector, ipBlock }: Peer): string {
  if (ipBlock !== undefined) return 'outside';
  const labels = podSelector?.matchLabels ?? {};
  return labels['app.kubernetes.io/name'] ?? labels['k8s-app'] ?? 'clients';
}
