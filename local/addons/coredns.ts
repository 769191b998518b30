import { deployment, identityObjects, type KubernetesObject } from './objects';

/** Options of {@link corednsObjects}. */
export interface CorednsOptions {
  readonly image: string;
  /** Address of the DNS service. */
  readonly clusterDns: string;
  readonly clusterDomain: string;
}

/**
 * CoreDNS's configuration: the cluster's names and addresses from the API server; every other name does not exist,
 * as nothing outside can be reached. Two blocks, because the template would answer before the cluster does.
 */
export function corefile(clusterDomain: string): string {
  const zones = [clusterDomain, 'in-addr.arpa', 'ip6.arpa'];
  return `${zones.map((zone) => `${zone}:53`).join(' ')} {
    errors
    health {
        lameduck 5s
    }
    ready
    kubernetes ${zones.join(' ')} {
        pods insecure
        ttl 5
    }
    prometheus :9153
    cache 5
    loadbalance
}
.:53 {
    errors
    prometheus :9153
    template ANY ANY {
        rcode NXDOMAIN
    }
}
`;
}

/** @returns the cluster's DNS: two replicas behind the service kube-dns */
export function corednsObjects({ image, clusterDns, clusterDomain }: CorednsOptions): KubernetesObject[] {
  const name = 'coredns';
  const namespace = 'kube-system';
  const labels = { 'k8s-app': 'kube-dns' };
  const data = { Corefile: corefile(clusterDomain) };
  const http = (path: string, port: number) => ({ httpGet: { path, port } });
  return [
    ...identityObjects(
      {
        name,
        namespace,
        rules: [
          { apiGroups: [''], resources: ['services', 'pods', 'namespaces'], verbs: ['list', 'watch'] },
          { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
        ],
      },
      'system:',
    ),
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data },
    deployment({
      name,
      namespace,
      replicas: 2,
      labels,
      image,
      args: ['-conf', '/etc/coredns/Corefile'],
      ports: [
        { name: 'dns', containerPort: 53, protocol: 'UDP' },
        { name: 'dns-tcp', containerPort: 53, protocol: 'TCP' },
        { name: 'metrics', containerPort: 9153, protocol: 'TCP' },
      ],
      user: 65532,
      memory: { request: '40Mi', limit: '170Mi' },
      livenessProbe: {
        ...http('/health', 8080),
        initialDelaySeconds: 30,
        timeoutSeconds: 5,
        failureThreshold: 5,
      },
      readinessProbe: { ...http('/ready', 8181), periodSeconds: 2 },
      volumeMounts: [{ name: 'config', mountPath: '/etc/coredns', readOnly: true }],
      volumes: [{ name: 'config', configMap: { name } }],
      configuration: data,
      // Port 53 without a capability: an ordinary user may open it in this pod's own network.
      sysctls: [{ name: 'net.ipv4.ip_unprivileged_port_start', value: '0' }],
      pod: {
        // Its own names are what others ask of it.
        dnsPolicy: 'Default',
        topologySpreadConstraints: [
          {
            maxSkew: 1,
            topologyKey: 'kubernetes.io/hostname',
            whenUnsatisfiable: 'ScheduleAnyway',
            labelSelector: { matchLabels: labels },
          },
        ],
      },
    }),
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        name: 'kube-dns',
        namespace,
        labels: { ...labels, 'kubernetes.io/cluster-service': 'true', 'kubernetes.io/name': 'CoreDNS' },
      },
      spec: {
        selector: labels,
        clusterIP: clusterDns,
        ports: [
          { name: 'dns', port: 53, protocol: 'UDP' },
          { name: 'dns-tcp', port: 53, protocol: 'TCP' },
          { name: 'metrics', port: 9153, protocol: 'TCP' },
        ],
      },
    },
  ];
}
