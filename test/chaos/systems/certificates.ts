import { kubectl } from '../../../local/cluster/cluster';
import { mount } from '../../functions/support/certificates';

/** Names of the files that one who speaks TLS has. */
const files = ['ca.crt', 'tls.crt', 'tls.key'] as const;

/** The files of a Secret. */
export async function filesOf(secret: string, namespace: string): Promise<Readonly<Record<string, string>>> {
  const text = await kubectl(['get', 'secret', secret, '--namespace', namespace, '-o', 'json']);
  const { data } = JSON.parse(text) as { data: Readonly<Record<string, string>> };
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [name, Buffer.from(value, 'base64').toString()]),
  );
}

/** Writes the certificates of applications into a folder, all at once, as the kubelet does in a pod. */
export async function writeCertificates(namespace: string, folder: string): Promise<void> {
  const all = await filesOf('redis-application', namespace);
  mount(folder, Object.fromEntries(files.map((name) => [name, all[name] ?? ''])));
}
