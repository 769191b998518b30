import { parser } from '@prometheus-io/lezer-promql';

/** Jobs of the platform's own Prometheus that another one knows as its own. */
const jobs: Readonly<Record<string, string>> = {
  'job="containers"': 'job="kubelet"',
  'job="volumes"': 'job="kubelet"',
};

/**
 * A PromQL expression that looks at one namespace only, for a Prometheus that sees several.
 * @throws when it is none
 */
export function within(expr: string, namespace: string): string {
  const matcher = `namespace="${namespace}"`;
  const insertions: { readonly at: number; readonly text: string }[] = [];
  parser.parse(expr).iterate({
    enter({ type, from, to, node }) {
      if (type.isError) throw new Error(`no PromQL: ${expr.slice(from, to + 20)} in ${expr}`);
      if (type.name !== 'VectorSelector') return;
      const labels = node.getChild('LabelMatchers');
      insertions.push(
        labels === null ? { at: to, text: `{${matcher}}` } : { at: labels.from + 1, text: `${matcher}, ` },
      );
    },
  });
  let result = expr;
  for (const { at, text } of insertions.sort((a, b) => b.at - a.at)) {
    result = result.slice(0, at) + text + result.slice(at);
  }
  return Object.entries(jobs).reduce((text, [own, theirs]) => text.replaceAll(own, theirs), result);
}
