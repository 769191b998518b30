import { join } from 'node:path';
import { hashOf } from '../files';
import { start, type Service } from './machine';
import { kubeconfig, pkiFile } from './pki';
import { controlPlane, diskOf, network } from './topology';
import { writeFiles } from './write';

const pki = '/var/lib/pki';
const flag = ([name, value]: [string, string | number | boolean]) => `--${name}=${value}`;
const flags = (settings: Record<string, string | number | boolean>) => Object.entries(settings).map(flag);

function services(kube: string, etcd: string): Service[] {
  const client = 'http://127.0.0.1:2379';
  return [
    {
      name: 'etcd',
      command: [
        `${etcd}/etcd`,
        ...flags({
          name: 'control',
          'data-dir': '/var/lib/etcd',
          'listen-client-urls': client,
          'advertise-client-urls': client,
          'listen-peer-urls': 'http://127.0.0.1:2380',
          'initial-advertise-peer-urls': 'http://127.0.0.1:2380',
          'initial-cluster': 'control=http://127.0.0.1:2380',
          'auto-compaction-retention': '1h',
          // No machine here loses what its kernel has taken; and each wait of etcd for the disk holds up Redis, whose
          // append-only files are in the same file system.
          'unsafe-no-fsync': true,
          'log-level': 'warn',
        }),
      ],
    },
    {
      name: 'kube-apiserver',
      command: [
        `${kube}/kube-apiserver`,
        ...flags({
          'etcd-servers': client,
          'advertise-address': controlPlane.address,
          'service-cluster-ip-range': network.services,
          'authorization-mode': 'Node,RBAC',
          'enable-admission-plugins': 'NodeRestriction',
          'allow-privileged': true,
          'anonymous-auth': false,
          profiling: false,
          'client-ca-file': `${pki}/ca.crt`,
          'tls-cert-file': `${pki}/apiserver.crt`,
          'tls-private-key-file': `${pki}/apiserver.key`,
          'kubelet-certificate-authority': `${pki}/ca.crt`,
          'kubelet-client-certificate': `${pki}/apiserver-kubelet-client.crt`,
          'kubelet-client-key': `${pki}/apiserver-kubelet-client.key`,
          'kubelet-preferred-address-types': 'InternalIP',
          'service-account-issuer': 'https://kubernetes.default.svc',
          'service-account-key-file': `${pki}/service-accounts.pub`,
          'service-account-signing-key-file': `${pki}/service-accounts.key`,
          'requestheader-client-ca-file': `${pki}/ca.crt`,
          'requestheader-allowed-names': 'front-proxy-client',
          'requestheader-extra-headers-prefix': 'X-Remote-Extra-',
          'requestheader-group-headers': 'X-Remote-Group',
          'requestheader-username-headers': 'X-Remote-User',
          'proxy-client-cert-file': `${pki}/front-proxy-client.crt`,
          'proxy-client-key-file': `${pki}/front-proxy-client.key`,
          // No kube-proxy here: aggregated APIs are reached at their pods' addresses.
          'enable-aggregator-routing': true,
        }),
      ],
    },
    {
      name: 'kube-controller-manager',
      command: [
        `${kube}/kube-controller-manager`,
        ...flags({
          kubeconfig: `${pki}/controller-manager.kubeconfig`,
          'authentication-kubeconfig': `${pki}/controller-manager.kubeconfig`,
          'authorization-kubeconfig': `${pki}/controller-manager.kubeconfig`,
          'use-service-account-credentials': true,
          'service-account-private-key-file': `${pki}/service-accounts.key`,
          'root-ca-file': `${pki}/ca.crt`,
          'leader-elect': false,
          profiling: false,
        }),
      ],
    },
    {
      name: 'kube-scheduler',
      command: [
        `${kube}/kube-scheduler`,
        ...flags({
          kubeconfig: `${pki}/scheduler.kubeconfig`,
          'authentication-kubeconfig': `${pki}/scheduler.kubeconfig`,
          'authorization-kubeconfig': `${pki}/scheduler.kubeconfig`,
          'leader-elect': false,
          profiling: false,
        }),
      ],
    },
  ];
}

const certificates = [
  'ca.crt',
  'apiserver.crt',
  'apiserver.key',
  'apiserver-kubelet-client.crt',
  'apiserver-kubelet-client.key',
  'front-proxy-client.crt',
  'front-proxy-client.key',
  'service-accounts.pub',
  'service-accounts.key',
];

/**
 * Starts the control plane's machine.
 *
 * @param kube folder of Kubernetes' executables
 * @param etcd folder of etcd's
 * @returns whether it was started; false where it runs already, just so
 */
export function startControlPlane(kube: string, etcd: string): Promise<boolean> {
  const files: Record<string, string> = Object.fromEntries(
    certificates.map((file) => [`pki/${file}`, pkiFile(file)]),
  );
  for (const user of ['controller-manager', 'scheduler']) files[`pki/${user}.kubeconfig`] = kubeconfig(user);
  const wanted = services(kube, etcd);
  writeFiles(diskOf(controlPlane), files);
  return start(controlPlane, wanted, hashOf(JSON.stringify([wanted, files])));
}

/** Where a service of the control plane logs. */
export const controlPlaneLog = (service: string): string =>
  join(diskOf(controlPlane), 'logs', `${service}.log`);
