import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { asNewEnvironment } from '../../../local/engine/preview';
import { type Preview, previewOf } from '../../../scripts/preview/events';
import { profileOf } from '../../policy/support/judge';
import type { Changeable, Environment } from '../../policy/support/program';

const root = resolve(__dirname, '..', '..', '..');
const versionOf = (name: string) =>
  (
    JSON.parse(readFileSync(join(root, 'node_modules', '@pulumi', name, 'package.json'), 'utf8')) as {
      version: string;
    }
  ).version;

/** A value that the preview of a program does not know. */
export const unknown = '<unknown>';

// Certificates and addresses of a recording are none: what the plugins would look at is left unknown.
const generated = (props: object): object =>
  Object.fromEntries(
    Object.entries(props).map(([key, value]) => [
      key,
      /Pem$|^ipAddresses$/.test(key) ? unknown : (value as unknown),
    ]),
  );

/**
 * What the real engine says of resources with the real pack. There is no cluster and no state: all of it is new.
 * @param environment - whose profile configures the pack
 * @param configuration - of rules, in the place of the profile's @default none
 */
export async function previewResources(
  resources: readonly Changeable[],
  environment: Environment,
  configuration: Readonly<Record<string, unknown>> = {},
): Promise<Preview> {
  const folder = mkdtempSync(join(tmpdir(), 'session-database-previews-'));
  try {
    // The engine writes a stack's settings beside its program.
    const project = join(folder, 'program');
    cpSync(join(__dirname, '..', 'program'), project, { recursive: true });
    const list = resources
      .filter(({ type }) => !type.startsWith('session-database:'))
      .map((one) => {
        const name = one.type.startsWith('pulumi:providers:')
          ? one.type.split(':')[2]!
          : one.type.split(':')[0]!;
        return {
          ...one,
          props: name === 'tls' ? generated(one.props as object) : (one.props as object),
          version: versionOf(name),
        };
      });
    // Several cases may each have added one of a name.
    list.forEach((one, nth) => {
      if (list.findIndex(({ type, name }) => type === one.type && name === one.name) < nth)
        one.name += `-${nth}`;
    });
    // Providers first, as others are given them.
    list.sort((a, b) => Number(b.type.startsWith('pulumi:')) - Number(a.type.startsWith('pulumi:')));
    writeFileSync(join(folder, 'resources.json'), JSON.stringify(list));
    const env = {
      ...process.env,
      ...asNewEnvironment(folder),
      RESOURCES: join(folder, 'resources.json'),
      // Node looks for the SDK from the program's own place upwards, where it is not.
      NODE_PATH: join(root, 'node_modules'),
    };
    const pulumi = (...args: string[]) =>
      promisify(execFile)('pulumi', [...args, '--cwd', project, '--non-interactive', '--stack', 'test'], {
        env,
        maxBuffer: 2 ** 26,
      });
    await pulumi('stack', 'init', '--secrets-provider', 'passphrase');
    writeFileSync(
      join(folder, 'profile.json'),
      JSON.stringify({ ...profileOf(environment), ...configuration }),
    );
    const events = join(folder, 'events');
    const pack = [
      '--policy-pack',
      join(root, 'policy'),
      '--policy-pack-config',
      join(folder, 'profile.json'),
    ];
    // Its status says no more than its events.
    await pulumi('preview', '--event-log', events, ...pack).catch(() => undefined);
    return previewOf('test', readFileSync(events, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
