import { isKind, isPatch, specOf } from '../../model/resource';
import { resourceRule } from '../../model/rule';

interface IngressSpec {
  readonly defaultBackend: object;
  /** What extensions/v1beta1 called defaultBackend. */
  readonly backend: object;
  readonly rules: readonly { readonly host?: string }[];
  readonly tls: readonly { readonly hosts?: readonly string[] }[];
}

const backends = ['defaultBackend', 'backend'] as const;

/** People come in by TLS. */
export const ingressTls = resourceRule({
  id: 'ingress-tls',
  demand: 'Every host of an Ingress is in its tls, and it answers for no others.',
  reason: 'Passwords and session cookies would pass the network in clear text.',
  remedy: 'Name the host of every rule, list it in spec.tls[].hosts, and leave the default backend out.',
  severity: 'critical',
  reference: { framework: 'NSA', control: 'Encryption in transit' },
  check: (resource) => {
    if (!isKind(resource, 'networking.k8s.io', 'Ingress') && !isKind(resource, 'extensions', 'Ingress'))
      return [];
    const spec = specOf<IngressSpec>(resource);
    // A patch that leaves tls out keeps what is there.
    const kept = isPatch(resource) && spec.tls === undefined;
    const secured = (spec.tls ?? []).flatMap(({ hosts }) => hosts ?? []);
    return [
      ...backends
        .filter((backend) => spec[backend] !== undefined)
        .map((backend) => `spec.${backend} answers for every host`),
      ...(spec.rules ?? []).flatMap(({ host = '' }, nth) => {
        if (host === '') return [`spec.rules[${nth}] has no host, and answers for all`];
        return kept || secured.some((pattern) => covers(pattern, host))
          ? []
          : [`spec.rules[${nth}].host ${host} is not in spec.tls`];
      }),
    ];
  },
});

// As certificates do: a wildcard stands for one label, and not for none.
const covers = (pattern: string, host: string) =>
  pattern === host || (pattern.startsWith('*.') && pattern.slice(1) === host.slice(host.indexOf('.')));
