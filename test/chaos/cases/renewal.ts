import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { sentinelTlsSecretName } from '../../../components/redis/sentinel/objects';
import { tlsFolder, tlsSecretName } from '../../../components/redis/tls';
import { environments } from '../../../stacks/environments';
import { kubectl } from '../../../local/cluster/cluster';
import { run as command, sleep, until } from '../../../local/exec';
import { paths } from '../../../local/paths';
import { filesOf } from '../systems/certificates';
import type { Deployed } from '../systems/deployed';
import { type Case, plannedLimits } from './case';

const setting = 'session-database:tls';

/** Deploys the stack with these authorities, by the engine itself, which leaves the settings of the checkout alone. */
async function trust(stack: Deployed, authorities: readonly string[]): Promise<void> {
  const file = join(paths.project, `Pulumi.${stack.stack}.yaml`);
  const settings = parse(readFileSync(file, 'utf8')) as { config: Record<string, object> };
  settings.config[setting] = { ...settings.config[setting], authorities };
  writeFileSync(file, stringify(settings));
  const up = ['up', '--yes', '--skip-preview', '--suppress-outputs', '--stack', stack.stack];
  await command(join(paths.bin, 'pulumi'), up);
}

/** Waits until every pod has its new files, and for as long as it then takes to take them up. */
async function taken(stack: Deployed): Promise<void> {
  const { redis, sentinels } = stack.place;
  for (const [pods, secret] of [
    [redis, tlsSecretName],
    [sentinels, sentinelTlsSecretName],
  ] as const) {
    const wanted = await filesOf(secret, stack.namespace);
    for (const { name } of pods) {
      const container = name.replace(/-\d+$/, '');
      const read = ['exec', '--namespace', stack.namespace, name, '--container', container, '--', 'cat'];
      await until(`${name} having its new certificate`, 180, async () => {
        const files = await kubectl([...read, `${tlsFolder}/ca.crt`, `${tlsFolder}/tls.crt`]);
        return files === `${wanted['ca.crt']}${wanted['tls.crt']}`;
      });
    }
  }
  // Looked for every five seconds; Sentinels take their turns, ten seconds each.
  await sleep(10_000 + sentinels.length * 10_000);
}

/** Every certificate is replaced, and so is their authority; no pod is, and no connection ends. */
export const renewal: Case = {
  title: 'every certificate and their authority are replaced, in three steps',
  runs: 1,
  limits: plannedLimits,
  fault: (stack) => ({
    // Back to the authority of the checkout in one step, which nobody does who has clients: until all have their new files, who has
    // them and who has not trust each other no more. `make up` asks Redis for a session in the end, so it comes last.
    prepare: () =>
      Promise.resolve(async () => {
        await trust(stack, environments.staging.tls.authorities);
        await taken(stack);
        await stack.renewCertificates();
        await command('make', ['--no-print-directory', 'up', `STACK=${stack.stack}`]);
      }),
    strike: async () => {
      for (const authorities of [['1', '2'], ['2', '1'], ['2']]) {
        await trust(stack, authorities);
        await taken(stack);
        await stack.renewCertificates();
      }
    },
  }),
};
