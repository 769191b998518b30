import { parse } from 'yaml';
import { parseStackConfig, projectValues } from '../stacks/parse';
import { buildPlatform } from '../stacks/platform';
import { encode } from './encode';
import { type Registered, record } from './record';

const project = 'session-database';

/**
 * What a stack of the checkout registers, as in an update, by its settings there.
 * @param read - gives a file of the repository by its path
 * @param changes - settings beside, or in the place of, those in the file @default none
 */
export async function resourcesOf(
  stack: string,
  read: (path: string) => string,
  changes: Readonly<Record<string, unknown>> = {},
): Promise<readonly Registered[]> {
  const { config } = parse(read(`Pulumi.${stack}.yaml`)) as { config: Record<string, unknown> };
  const settings = projectValues(project, encode({ ...config, ...changes }));
  const { resources } = await record(() => buildPlatform(parseStackConfig(project, settings)));
  return resources;
}
