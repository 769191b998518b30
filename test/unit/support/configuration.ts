import { ConfigurationError, parseStackConfig } from '../../../stacks/parse';

export const project = 'session-database';

/** What is wrong with a configuration, without the project's name. */
export function problems(raw: Record<string, unknown>): readonly string[] {
  try {
    parseStackConfig(project, encode(raw));
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

/** As Pulumi hands values over: text as it is, everything else as JSON. */
export const encode = (raw: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(raw).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
