import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Makes an authority, and a certificate by it, in a new folder: `ca.crt`, `tls.crt`, `tls.key`. */
export function makeCertificates(folder: string): void {
  mkdirSync(folder);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout'];
  openssl('req', '-x509', ...key, 'ca.key', '-out', 'ca.crt', '-subj', '/CN=authority', '-days', '2');
  openssl('req', ...key, 'tls.key', '-out', 'tls.csr', '-subj', '/CN=redis');
  const authority = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial'];
  openssl('x509', '-req', '-in', 'tls.csr', ...authority, '-out', 'tls.crt', '-days', '2');
}

/** What a client needs of such a folder; the certificate is for no address, which Redis itself does not look at either. */
export function clientTls(folder: string) {
  const [ca, cert, key] = ['ca.crt', 'tls.crt', 'tls.key'].map((file) => readFileSync(join(folder, file)));
  return { ca: ca!, cert: cert!, key: key!, checkServerIdentity: () => undefined };
}
