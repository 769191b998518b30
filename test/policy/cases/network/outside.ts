import type { CasesByRule } from '../../support/cases';
import type { Anything } from '../../support/program';
import { added } from './make';

const service = (spec: Anything, says?: string, type = 'core/v1:Service') => added(spec, says, type);
const ingressOf = (spec: Anything, says?: string, type = 'networking.k8s.io/v1:Ingress') =>
  added(spec, says, type);

/** What comes in from outside of the cluster. */
export const outside: CasesByRule = {
  'no-nodeport-loadbalancer-externalips': {
    refused: {
      'a port of the nodes': {
        change: (program) => (program.props('Service', 'grafana').spec.type = 'NodePort'),
        says: 'spec.type is NodePort. Use type ClusterIP',
      },
      'a load balancer': {
        change: (program) => (program.props('Service', 'redis').spec.type = 'LoadBalancer'),
        says: 'spec.type is LoadBalancer',
      },
      'external addresses': {
        change: (program) => (program.props('Service', 'redis').spec.externalIPs = ['192.0.2.1']),
        says: 'spec.externalIPs is not empty',
      },
      'a patch': service({ type: 'NodePort' }, 'spec.type is NodePort', 'core/v1:ServicePatch'),
    },
    passed: {
      'no type': { change: (program) => delete program.props('Service', 'redis').spec.type },
      'a name of somebody else': service({ type: 'ExternalName', externalName: 'example.org' }),
      'no external addresses': service({ type: 'ClusterIP', externalIPs: [] }),
      'another kind with such a type': service(
        { type: 'NodePort' },
        undefined,
        'serving.knative.dev/v1:Service',
      ),
    },
  },
  'ingress-tls': {
    refused: {
      'no tls': ingressOf(
        { rules: [{ host: 'a.example.org' }] },
        'spec.rules[0].host a.example.org is not in spec.tls. Name the host',
      ),
      'a host that is not among others': ingressOf(
        {
          rules: [{ host: 'a.example.org' }, { host: 'b.example.org' }],
          tls: [{ hosts: ['a.example.org'] }],
        },
        'spec.rules[1].host b.example.org is not in spec.tls',
      ),
      'tls without hosts': ingressOf({ rules: [{ host: 'a.example.org' }], tls: [{}] }, 'is not in spec.tls'),
      'a wildcard above': ingressOf(
        { rules: [{ host: 'a.b.example.org' }], tls: [{ hosts: ['*.example.org'] }] },
        'a.b.example.org is not',
      ),
      "a wildcard's own domain": ingressOf({
        rules: [{ host: 'example.org' }],
        tls: [{ hosts: ['*.example.org'] }],
      }),
      'a longer host with the same end': ingressOf({
        rules: [{ host: 'a.example.org' }],
        tls: [{ hosts: ['b.example.org', 'x.example.org'] }],
      }),
      'a rule without host': ingressOf(
        { rules: [{}], tls: [{ hosts: ['a.example.org'] }] },
        'spec.rules[0] has no host, and answers for all',
      ),
      'an empty host': ingressOf({ rules: [{ host: '' }], tls: [{ hosts: [''] }] }, 'has no host'),
      'a backend for all else': ingressOf(
        { defaultBackend: { service: { name: 'a' } } },
        'spec.defaultBackend answers for every host',
      ),
      'the old backend for all else': ingressOf(
        { backend: { serviceName: 'a' } },
        'spec.backend answers for every host',
        'extensions/v1beta1:Ingress',
      ),
      'a patch with a backend': ingressOf(
        { defaultBackend: {} },
        'spec.defaultBackend',
        'networking.k8s.io/v1:IngressPatch',
      ),
      'a patch with other tls': ingressOf(
        { rules: [{ host: 'a.example.org' }], tls: [] },
        'spec.rules[0].host',
        'networking.k8s.io/v1:IngressPatch',
      ),
    },
    passed: {
      'each host': ingressOf({
        rules: [{ host: 'a.example.org' }, { host: 'b.example.org' }],
        tls: [{ hosts: ['a.example.org'] }, { hosts: ['c.example.org', 'b.example.org'] }],
      }),
      'a wildcard of one label': ingressOf({
        rules: [{ host: 'a.example.org' }, { host: '*.example.org' }],
        tls: [{ hosts: ['*.example.org'] }],
      }),
      'a patch that leaves tls out': ingressOf(
        { rules: [{ host: 'a.example.org' }] },
        undefined,
        'networking.k8s.io/v1:IngressPatch',
      ),
      'no hosts': ingressOf({}),
      'another kind': ingressOf({ rules: [{}] }, undefined, 'config.openshift.io/v1:Ingress'),
    },
  },
};
