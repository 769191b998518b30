import { onPods } from '../../model/podRule';
import { resourceRule } from '../../model/rule';
import { imagesOf, parse } from './references';

interface Settings {
  readonly allowed: readonly string[];
}

/** No image from somewhere that nobody chose. */
export const registryAllowList = resourceRule<Settings>({
  id: 'registry-allow-list',
  demand: 'Images come from the registries and repositories that are allowed.',
  reason: 'Whoever can push to another one can run code in the cluster.',
  remedy: 'Use an image of an allowed repository, or allow this one in the configuration of the pack.',
  severity: 'high',
  reference: { framework: 'NSA', control: 'Kubernetes Pod security: image scanning and admission' },
  settings: {
    allowed: {
      description:
        'Registries, folders of them or repositories in full (docker.io/library/redis); whole parts of a path are compared.',
      default: [
        'docker.io/grafana/grafana',
        'docker.io/library/haproxy',
        'docker.io/library/redis',
        'docker.io/oliver006/redis_exporter',
        'docker.io/prom/alertmanager',
        'docker.io/prom/prometheus',
      ],
    },
  },
  check: onPods<Settings>((pods, { allowed }) =>
    imagesOf(pods).flatMap(({ path, reference }) => {
      if (reference === undefined) return [];
      const { repository } = parse(reference);
      // With a slash at the end, so that docker.io/library/redis does not allow docker.io/library/redis-of-somebody.
      return allowed.some((prefix) => `${repository}/`.startsWith(`${prefix}/`))
        ? []
        : [`${path} is of ${repository}`];
    }),
  ),
});
