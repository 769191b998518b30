import { getProject, RunError, runtime } from '@pulumi/pulumi';
import { ConfigurationError, parseStackConfig, projectValues } from './stacks/parse';
import { buildPlatform } from './stacks/platform';
import type { StackConfig } from './stacks/schema';

// All values of the project, not single keys by pulumi.Config: a key that nobody reads is a mistake to be told of.
function configuration(): StackConfig {
  const project = getProject();
  try {
    return parseStackConfig(project, projectValues(project, runtime.allConfig()));
  } catch (error) {
    // A RunError is shown by its message alone, without the stack of a program that failed.
    throw error instanceof ConfigurationError ? new RunError(error.message) : error;
  }
}

export const { redis, password, roles, passwords, sessions, monitoring } = buildPlatform(configuration());
