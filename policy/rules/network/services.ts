import { isKind, specOf } from '../../model/resource';
import { resourceRule } from '../../model/rule';

interface ServiceSpec {
  readonly type: string;
  readonly externalIPs: readonly string[];
}

const open = ['NodePort', 'LoadBalancer'];

/** No Service can be reached from outside of the cluster. */
export const noOutsideServices = resourceRule({
  id: 'no-nodeport-loadbalancer-externalips',
  demand: 'Services have no address outside of the cluster.',
  reason:
    "A port of every node or a load balancer's address brings strangers to the pods; an external IP also lets the Service take traffic that is meant for others.",
  remedy: 'Use type ClusterIP without externalIPs, and an Ingress with TLS for what people must reach.',
  severity: 'high',
  reference: { framework: 'NSA', control: 'Network separation' },
  check: (resource) => {
    if (!isKind(resource, '', 'Service')) return [];
    const { type, externalIPs } = specOf<ServiceSpec>(resource);
    return [
      ...open.filter((one) => one === type).map((one) => `spec.type is ${one}`),
      ...((externalIPs ?? []).length > 0 ? ['spec.externalIPs is not empty'] : []),
    ];
  },
});
