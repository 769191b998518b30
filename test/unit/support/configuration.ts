import { encode } from '../../../scripts/encode';
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
