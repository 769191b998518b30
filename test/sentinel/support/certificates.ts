import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';

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
