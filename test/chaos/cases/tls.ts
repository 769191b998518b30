import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { paths } from '../../../local/paths';
import { parsePrivateKey } from '../../../local/plugins/tls/keys';
import { Authority, type Files } from '../../functions/support/certificates';
import { Inside } from '../inside';
import type { Certificates, RefusedPlan } from '../inside/refused';
import { filesOf } from '../systems/certificates';
import type { Deployed } from '../systems/deployed';

interface Export {
  readonly deployment: {
    readonly resources: readonly {
      readonly urn: string;
      readonly outputs?: Readonly<Record<string, string | { readonly plaintext: string }>>;
    }[];
  };
}

/** The authority that signs a stack's certificates, by its key in the stack's state. */
function authorityOf(stack: string): Authority {
  const text = execFileSync(
    join(paths.bin, 'pulumi'),
    ['stack', 'export', '--show-secrets', '--stack', stack],
    { encoding: 'utf8', maxBuffer: 2 ** 27 },
  );
  const { resources } = (JSON.parse(text) as Export).deployment;
  const output = (resource: string, name: string): string => {
    const value = resources.find(({ urn }) => urn.endsWith(`::${resource}`))?.outputs?.[name];
    if (value === undefined) throw new Error(`stack ${stack} has no ${resource} in its state`);
    // Secrets are JSON in JSON.
    return typeof value === 'string' ? value : (JSON.parse(value.plaintext) as string);
  };
  const name = 'certificates-authority-1';
  return new Authority(
    name,
    parsePrivateKey(output(`${name}-key`, 'privateKeyPem')),
    output(name, 'certPem'),
  );
}

const certificates = (files: Files): Certificates => ({
  ca: files['ca.crt'],
  cert: files['tls.crt'],
  key: files['tls.key'],
});

/**
 * How attempts to connect went, by what is wrong with each: `served` or `refused`; only `the right certificate` may be
 * served.
 */
export async function tlsAttempts(stack: Deployed): Promise<Readonly<Record<string, string>>> {
  const right = certificates(await filesOf('redis-application', stack.namespace));
  const [own, foreign] = [authorityOf(stack.stack), new Authority('another')];
  const past = new Date(Date.now() - 60_000);
  const plan: RefusedPlan = {
    place: stack.place,
    right,
    wrong: {
      'no certificate': { ...right, cert: '', key: '' },
      "a foreign authority's certificate": { ...certificates(foreign.client()), ca: right.ca },
      'an expired certificate': certificates(own.client(undefined, { until: past })),
      'a server of an authority that the client does not trust': { ...right, ca: foreign.pem },
    },
  };
  let seen: Readonly<Record<string, string>> = {};
  const attempts = await Inside.start(stack, 'refused.ts', plan, (line) => {
    seen = JSON.parse(line) as typeof seen;
  });
  await attempts.stop(30);
  return seen;
}
