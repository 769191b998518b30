import versions from '../../../../versions.json';
import { addonManifests, type AddonOptions, type KubernetesObject } from '../../../../local/addons';
import { corefile } from '../../../../local/addons/coredns';

const options: AddonOptions = {
  clusterDns: '10.0.0.10',
  clusterDomain: 'example.local',
  volumesDir: '/srv/volumes',
  storageClass: 'fast',
  images: {
    coredns: 'r/dns:1',
    metricsServer: 'r/metrics:2',
    localPathProvisioner: 'r/path:3',
    busybox: 'r/box:4',
  },
};

const find = (objects: readonly KubernetesObject[], kind: string, name: string) => {
  const found = objects.filter((object) => object.kind === kind && object.metadata.name === name);
  expect(found).toHaveLength(1);
  return found[0];
};

interface PodTemplate {
  readonly metadata: {
    readonly labels: Record<string, string>;
    readonly annotations?: Record<string, string>;
  };
  readonly spec: {
    readonly priorityClassName: string;
    readonly serviceAccountName: string;
    readonly securityContext: Record<string, unknown>;
    readonly containers: readonly {
      readonly image: string;
      readonly args: readonly string[];
      readonly resources: {
        readonly requests: Record<string, string>;
        readonly limits: Record<string, string>;
      };
      readonly securityContext: Record<string, unknown>;
    }[];
  };
}

const templates = (objects: readonly KubernetesObject[]) =>
  objects
    .filter(({ kind }) => kind === 'Deployment')
    .map(({ metadata, spec }) => ({ name: metadata.name, ...(spec as { template: PodTemplate }).template }));

describe('add-ons', () => {
  const objects = addonManifests(options);

  it('are the images that they were told', () => {
    expect(
      templates(objects).map(({ name, spec }) => [name, spec.containers.map(({ image }) => image)]),
    ).toEqual([
      ['coredns', ['r/dns:1']],
      ['local-path-provisioner', ['r/path:3']],
      ['metrics-server', ['r/metrics:2']],
    ]);
  });

  it('of the embedded cluster are the versions of versions.json', () => {
    const images = templates(addonManifests()).flatMap(({ spec }) =>
      spec.containers.map(({ image }) => image),
    );
    expect(images).toEqual([
      `registry.k8s.io/coredns/coredns:v${versions.coredns}`,
      `docker.io/rancher/local-path-provisioner:v${versions.localPathProvisioner}`,
      `registry.k8s.io/metrics-server/metrics-server:v${versions.metricsServer}`,
    ]);
  });

  it.each(templates(objects).map((template) => [template.name, template] as const))(
    '%s runs unprivileged, with small requests, ahead of a stack',
    (_, { spec }) => {
      expect(spec.priorityClassName).toBe('system-cluster-critical');
      expect(spec.securityContext).toMatchObject({
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(spec.containers).toHaveLength(1);
      const [container] = spec.containers;
      expect(container?.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(container?.resources.requests['cpu']).toBe('10m');
      expect(parseInt(container?.resources.requests['memory'] ?? '')).toBeLessThanOrEqual(50);
      expect(container?.resources.limits['memory']).toMatch(/^\d+Mi$/);
    },
  );

  it('name nothing twice, and put a namespace before what is in it', () => {
    const names = objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`);
    expect(new Set(names).size).toBe(names.length);
    const made = names.indexOf('Namespace /local-path-storage');
    expect(made).toBeGreaterThanOrEqual(0);
    expect(names.findIndex((name) => name.includes(' local-path-storage/'))).toBeGreaterThan(made);
  });

  it('bind every account to a role that is there', () => {
    const deployed = templates(objects).map(({ spec }) => spec.serviceAccountName);
    for (const account of deployed) {
      find(objects, 'ServiceAccount', account);
      const bindings = objects.filter(
        ({ kind, subjects }) =>
          kind === 'ClusterRoleBinding' && JSON.stringify(subjects).includes(`"${account}"`),
      );
      const own = bindings
        .map(({ roleRef }) => (roleRef as { name: string }).name)
        .filter((role) => role.endsWith(account));
      expect(own).toHaveLength(1);
      find(objects, 'ClusterRole', own[0] ?? '');
    }
  });
});

describe('DNS', () => {
  const objects = addonManifests(options);

  it('is the service kube-dns at the address that pods are told, on port 53 of UDP and TCP', () => {
    const service = find(objects, 'Service', 'kube-dns');
    expect(service?.metadata).toMatchObject({ namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } });
    expect(service?.['spec']).toEqual({
      selector: { 'k8s-app': 'kube-dns' },
      clusterIP: '10.0.0.10',
      ports: [
        { name: 'dns', port: 53, protocol: 'UDP' },
        { name: 'dns-tcp', port: 53, protocol: 'TCP' },
        { name: 'metrics', port: 9153, protocol: 'TCP' },
      ],
    });
  });

  it('answers for the cluster in one block, and that there is no other name in another', () => {
    const blocks = corefile('example.local').split(/^}\n/m);
    expect(blocks).toHaveLength(3);
    expect(blocks[0]).toMatch(/^example\.local:53 in-addr\.arpa:53 ip6\.arpa:53 \{\n/);
    expect(blocks[0]).toContain('kubernetes example.local in-addr.arpa ip6.arpa {');
    expect(blocks[0]).not.toContain('template');
    expect(blocks[1]).toMatch(/^\.:53 \{\n[^]*template ANY ANY \{\n {8}rcode NXDOMAIN\n {4}\}\n$/);
    expect(blocks[2]).toBe('');
  });

  it('gets new pods when its configuration changes', () => {
    const checksum = (domain: string) =>
      templates(addonManifests({ ...options, clusterDomain: domain }))[0]?.metadata.annotations?.[
        'checksum/config'
      ];
    expect(checksum('example.local')).toMatch(/^[0-9a-f]{16}$/);
    expect(checksum('example.local')).toBe(checksum('example.local'));
    expect(checksum('other.local')).not.toBe(checksum('example.local'));
  });
});

describe('storage', () => {
  const objects = addonManifests(options);

  it('is the default class, with volumes where the first pod is placed, that take a pod’s group', () => {
    expect(find(objects, 'StorageClass', 'fast')).toEqual({
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: {
        name: 'fast',
        annotations: { 'storageclass.kubernetes.io/is-default-class': 'true', defaultVolumeType: 'local' },
      },
      provisioner: 'rancher.io/local-path',
      volumeBindingMode: 'WaitForFirstConsumer',
      reclaimPolicy: 'Delete',
      allowVolumeExpansion: false,
    });
  });

  it('keeps volumes in the folder that it was told, made and removed by pods of the helper image', () => {
    const data = find(objects, 'ConfigMap', 'local-path-config')?.['data'] as Record<string, string>;
    expect(JSON.parse(data['config.json'] ?? '')).toEqual({
      nodePathMap: [{ node: 'DEFAULT_PATH_FOR_NON_LISTED_NODES', paths: ['/srv/volumes'] }],
    });
    expect(JSON.parse(data['helperPod.yaml'] ?? '')).toMatchObject({
      spec: {
        automountServiceAccountToken: false,
        containers: [{ name: 'helper-pod', image: 'r/box:4', imagePullPolicy: 'IfNotPresent' }],
      },
    });
    expect(data['setup']).toBe('#!/bin/sh\nset -eu\nmkdir -m 0755 -p "$VOL_DIR"\n');
    expect(data['teardown']).toBe('#!/bin/sh\nset -eu\nrm -rf "$VOL_DIR"\n');
  });
});

describe('metrics', () => {
  it('are served as metrics.k8s.io, from kubelets whose certificates are verified', () => {
    const objects = addonManifests(options);
    expect(find(objects, 'APIService', 'v1beta1.metrics.k8s.io')?.['spec']).toMatchObject({
      service: { name: 'metrics-server', namespace: 'kube-system' },
      group: 'metrics.k8s.io',
      version: 'v1beta1',
    });
    const args = templates(objects).find(({ name }) => name === 'metrics-server')?.spec.containers[0]?.args;
    expect(args).toContain(
      '--kubelet-certificate-authority=/var/run/secrets/kubernetes.io/serviceaccount/ca.crt',
    );
    expect(args).toContain('--metric-resolution=15s');
    expect(args?.filter((arg) => arg.includes('insecure'))).toEqual([]);
  });
});
