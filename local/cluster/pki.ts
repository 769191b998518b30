import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../exec';
import { buildFolder, hashOf } from '../files';
import { paths } from '../paths';
import { apiServer, controlPlane, network, nodes } from './topology';

/** A certificate of the cluster's own authority. */
interface Leaf {
  /** File name without ending. */
  readonly file: string;
  readonly commonName: string;
  readonly organization?: string;
  readonly names?: readonly string[];
}

/** The user that the network policy agents log in as. */
export const netpolUser = 'session-database:netpol-agent';

const leaves: readonly Leaf[] = [
  {
    file: 'apiserver',
    commonName: 'kube-apiserver',
    names: [
      'DNS:localhost',
      'DNS:kubernetes',
      'DNS:kubernetes.default',
      'DNS:kubernetes.default.svc',
      `DNS:kubernetes.default.svc.${network.domain}`,
      'IP:127.0.0.1',
      `IP:${network.kubernetesService}`,
      `IP:${controlPlane.address}`,
    ],
  },
  {
    file: 'apiserver-kubelet-client',
    commonName: 'kube-apiserver-kubelet-client',
    organization: 'system:masters',
  },
  { file: 'front-proxy-client', commonName: 'front-proxy-client' },
  { file: 'admin', commonName: 'kubernetes-admin', organization: 'system:masters' },
  { file: 'controller-manager', commonName: 'system:kube-controller-manager' },
  { file: 'scheduler', commonName: 'system:kube-scheduler' },
  { file: 'proxy', commonName: 'system:kube-proxy' },
  { file: 'netpol', commonName: netpolUser },
  ...nodes.map((node) => ({
    file: node.name,
    commonName: `system:node:${node.name}`,
    organization: 'system:nodes',
    names: [`DNS:${node.name}`, `IP:${node.address}`],
  })),
];

const validityDays = 3650;
const key = ['ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out'];

async function issue(folder: string, leaf: Leaf): Promise<void> {
  const at = (ending: string) => join(folder, `${leaf.file}.${ending}`);
  const subject = `${leaf.organization ? `/O=${leaf.organization}` : ''}/CN=${leaf.commonName}`;
  writeFileSync(
    at('ext'),
    [
      'basicConstraints=critical,CA:FALSE',
      'keyUsage=critical,digitalSignature',
      'extendedKeyUsage=serverAuth,clientAuth',
      ...(leaf.names ? [`subjectAltName=${leaf.names.join(',')}`] : []),
    ].join('\n'),
  );
  await run('openssl', [...key, at('key')]);
  await run('openssl', ['req', '-new', '-key', at('key'), '-subj', subject, '-out', at('csr')]);
  await run('openssl', [
    ...['x509', '-req', '-in', at('csr'), '-CA', join(folder, 'ca.crt'), '-CAkey', join(folder, 'ca.key')],
    ...[
      '-set_serial',
      `0x${hashOf(leaf.file, String(Date.now())).slice(0, 30)}`,
      '-days',
      String(validityDays),
    ],
    ...['-extfile', at('ext'), '-out', at('crt')],
  ]);
  rmSync(at('ext'));
  rmSync(at('csr'));
}

/** Makes the cluster's authority, certificates and the key of service account tokens, once for a checkout. */
export async function makePki(): Promise<boolean> {
  const wanted = hashOf(JSON.stringify(leaves));
  const mark = join(paths.pki, 'leaves.sha256');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return false;
  mkdirSync(paths.platform, { recursive: true, mode: 0o700 });
  await buildFolder(paths.pki, async (folder) => {
    const at = (file: string) => join(folder, file);
    await run('openssl', [...key, at('ca.key')]);
    await run('openssl', [
      ...[
        'req',
        '-x509',
        '-new',
        '-key',
        at('ca.key'),
        '-subj',
        '/CN=session-database-local',
        '-days',
        String(validityDays),
      ],
      ...['-addext', 'keyUsage=critical,keyCertSign,cRLSign', '-out', at('ca.crt')],
    ]);
    await run('openssl', [...key, at('service-accounts.key')]);
    await run('openssl', [
      'ec',
      '-in',
      at('service-accounts.key'),
      '-pubout',
      '-out',
      at('service-accounts.pub'),
    ]);
    for (const leaf of leaves) await issue(folder, leaf);
    writeFileSync(at('leaves.sha256'), wanted);
  });
  return true;
}

/** The text of a file of the authority, such as `ca.crt` or `admin.key`. */
export const pkiFile = (file: string): string => readFileSync(join(paths.pki, file), 'utf8');

/** A kubeconfig for one of the cluster's users, by the certificate's file name. */
export function kubeconfig(user: string): string {
  const base64 = (file: string) => Buffer.from(pkiFile(file)).toString('base64');
  return `${JSON.stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'session-database-local',
      clusters: [
        {
          name: 'session-database-local',
          cluster: { server: apiServer, 'certificate-authority-data': base64('ca.crt') },
        },
      ],
      users: [
        {
          name: user,
          user: {
            'client-certificate-data': base64(`${user}.crt`),
            'client-key-data': base64(`${user}.key`),
          },
        },
      ],
      contexts: [{ name: 'session-database-local', context: { cluster: 'session-database-local', user } }],
    },
    undefined,
    2,
  )}\n`;
}
