import type { CasesByRule } from '../../support/cases';
import { pods, dns, policy, patch, add, added, ingress, egress } from './make';

/** Who may ask for names. */
export const dnsCases: CasesByRule = {
  'dns-only-egress': {
    refused: {
      'DNS of other pods': added(
        egress({ to: [pods('web')], ports: [{ port: 53, protocol: 'UDP' }] }),
        'spec.egress[0].to[0] opens port 53 to others than kube-dns. Name namespace kube-system',
      ),
      'DNS of everybody': added(
        egress({ ports: [{ port: 53 }] }),
        'spec.egress[0].to opens port 53 to everybody',
      ),
      'a peer after the DNS': added(
        egress({ to: [dns, { ipBlock: { cidr: '8.8.8.8/32' } }], ports: [{ port: 53 }] }),
        'spec.egress[0].to[1] opens port 53 to others',
      ),
      'namespace and pods as two elements': added(
        egress({
          to: [{ namespaceSelector: dns.namespaceSelector }, { podSelector: dns.podSelector }],
          ports: [{ port: 53 }],
        }),
        /to\[0\] opens port 53(.|\n)*to\[1\] opens port 53/,
      ),
      'kube-dns of every namespace': added(
        egress({ to: [{ ...dns, namespaceSelector: {} }], ports: [{ port: 53 }] }),
      ),
      'other pods in kube-system': added(egress({ to: [{ ...dns, ...pods('web') }], ports: [{ port: 53 }] })),
      'all pods in kube-system': added(egress({ to: [{ ...dns, podSelector: {} }], ports: [{ port: 53 }] })),
      'a port after another': added(egress({ to: [pods('web')], ports: [{ port: 80 }, { port: 53 }] })),
      'a range that ends with it': added(egress({ to: [pods('web')], ports: [{ port: 1, endPort: 53 }] })),
      'a range that begins with it': added(egress({ to: [pods('web')], ports: [{ port: 53, endPort: 54 }] })),
      'no ports': added(egress({ to: [pods('web')] }), 'spec.egress[0].to[0] opens port 53'),
      'a protocol without a port': added(
        egress({ to: [pods('web')], ports: [{ port: 80 }, { protocol: 'UDP' }] }),
      ),
      'by its name': added(egress({ to: [pods('web')], ports: [{ port: 'http' }, { port: 'dns-tcp' }] })),
      'a patch': added(egress({ to: [pods('web')], ports: [{ port: 53 }] }), 'opens port 53', patch),
    },
    passed: {
      'the DNS without ports': added(egress({ to: [dns] })),
      'another port': added(egress({ to: [pods('web')], ports: [{ port: 54 }] })),
      'a range that ends before': added(egress({ to: [pods('web')], ports: [{ port: 50, endPort: 52 }] })),
      'a name of another': added(egress({ to: [pods('web')], ports: [{ port: 'web-dns' }] })),
      'DNS that is asked': added(ingress({ from: [pods('web')], ports: [{ port: 53 }] })),
    },
  },
  'dns-reachable': {
    refused: {
      'no DNS': {
        change: (program) => policy(program, 'allow-grafana-egress').egress.pop(),
        says: /may dial somebody, but not ask kube-dns by UDP\. Add(.|\n)*kube-dns by TCP/,
      },
      'DNS by TCP only': {
        change: (program) => policy(program, 'allow-grafana-egress').egress.at(-1).ports.shift(),
        says: 'the pods may dial somebody, but not ask kube-dns by UDP. Add',
      },
      'DNS by UDP only': {
        change: (program) => policy(program, 'allow-grafana-egress').egress.at(-1).ports.pop(),
        says: 'but not ask kube-dns by TCP',
      },
      'no protocol is TCP': {
        change: (program) => delete policy(program, 'allow-grafana-egress').egress.at(-1).ports[0].protocol,
        says: 'by UDP',
      },
      'another port of the DNS': {
        change: (program) => (policy(program, 'allow-grafana-egress').egress.at(-1).ports[0].port = 54),
        says: 'by UDP',
      },
      'the DNS of somebody else': {
        change: (program) => (policy(program, 'allow-grafana-egress').egress.at(-1).to = [pods('web')]),
        says: 'by UDP',
      },
      'the DNS is let in, not asked': {
        change: (program) => {
          const spec = policy(program, 'allow-grafana-egress');
          spec.ingress = [{ from: [dns] }];
          spec.egress.pop();
        },
        says: 'by UDP',
      },
      'DNS by a policy of another namespace, or of other pods': {
        change: (program) => {
          policy(program, 'allow-grafana-egress').egress.pop();
          add(program, egress({ to: [dns] }, 'grafana'), undefined, 'other');
        },
        says: 'by UDP',
      },
      'DNS by a patch': {
        change: (program) => {
          policy(program, 'allow-grafana-egress').egress.pop();
          add(program, egress({ to: [dns] }, 'grafana'), patch);
        },
      },
    },
    passed: {
      'DNS by a policy of all pods': {
        change: (program) => {
          policy(program, 'allow-grafana-egress').egress.pop();
          add(program, { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [pods('web'), dns] }] });
        },
      },
      'TCP, as no protocol is': {
        change: (program) => delete policy(program, 'allow-grafana-egress').egress.at(-1).ports[1].protocol,
      },
      'every port of the DNS': {
        change: (program) =>
          (policy(program, 'allow-grafana-egress').egress.at(-1).ports = [
            { protocol: 'UDP' },
            { protocol: 'TCP' },
          ]),
      },
      'the DNS by names': {
        change: (program) =>
          (policy(program, 'allow-grafana-egress').egress.at(-1).ports = [
            { port: 'dns', protocol: 'UDP' },
            { port: 'dns-tcp' },
          ]),
      },
      'pods that dial nobody': {
        change: (program) => program.remove(({ props }) => props.metadata?.name === 'allow-grafana-egress'),
      },
      'no policies': {
        change: (program) => program.remove(({ type }) => type.endsWith(':NetworkPolicy')),
      },
    },
  },
};
