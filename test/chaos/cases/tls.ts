import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Inside } from '../inside';
import type { Certificate, RefusedPlan } from '../inside/refused';
import type { Deployed } from '../systems/deployed';

/** A certificate that only its own authority has signed. */
function foreignCertificate(): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'session-database-chaos-'));
  const [cert, key] = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  try {
    execFileSync(
      'openssl',
      ['req', '-x509', ...kind, '-subj', '/CN=application', '-days', '1', '-out', cert, '-keyout', key],
      { stdio: 'pipe' },
    );
    return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * How attempts to connect went, by what is wrong with each: `served` or `refused`; only `the right certificate` may be
 * served. An expired certificate needs the authority's key, which only the stack has: other suites try that.
 */
export async function tlsAttempts(stack: Deployed): Promise<Readonly<Record<string, string>>> {
  const { tls } = stack.place;
  if (tls === undefined) throw new Error(`${stack.name} has no TLS`);
  const foreign = foreignCertificate();
  const plan: RefusedPlan = {
    place: { ...stack.place, tls },
    clients: { "a foreign authority's certificate": foreign, 'no certificate': { cert: '', key: '' } },
    foreignAuthority: foreign.cert,
  };
  let seen: Readonly<Record<string, string>> = {};
  const attempts = await Inside.start(stack, 'refused.ts', plan, (line) => {
    seen = JSON.parse(line) as typeof seen;
  });
  await attempts.stop(30);
  return seen;
}
