import type * as Pulumi from '@pulumi/pulumi';
import type * as Recorder from '../../../scripts/record';

/** Loads the program afresh with these values of the stack, as the engine's language host does. */
async function load(values: Readonly<Record<string, string>>) {
  jest.resetModules();
  const { runtime, RunError } = jest.requireActual<typeof Pulumi>('@pulumi/pulumi');
  const { record } = jest.requireActual<typeof Recorder>('../../../scripts/record');
  runtime.setAllConfig({ ...values });
  let refused: unknown;
  const { resources, result } = await record(() => {
    try {
      return jest.requireActual<Record<string, unknown>>('../../../index');
    } catch (error) {
      refused = error;
      return {};
    }
  });
  return { resources, outputs: result, refused, isRunError: RunError.isInstance(refused) };
}

test('a valid configuration gives a platform and its outputs', async () => {
  const { resources, outputs, refused } = await load({
    'session-database:environment': 'dev',
    'session-database:namespace': 'sessions',
    'kubernetes:context': 'of another program',
  });
  expect(refused).toBeUndefined();
  expect(Object.keys(outputs).sort()).toEqual([
    ...['monitoring', 'password', 'passwords', 'redis', 'roles', 'sessions'],
  ]);
  expect(outputs['redis']).toMatchObject({ host: 'redis.sessions.svc', port: 6379 });
  expect(resources).toHaveLength(86);
});

test('a bad configuration is refused before any resource, by a message without the stack of a broken program', async () => {
  const { resources, refused, isRunError } = await load({
    'session-database:environment': 'dev',
    'session-database:redsi': '{}',
    'session-database:redis': '{"memory":"lots"}',
  });
  expect(resources).toEqual([]);
  expect(isRunError).toBe(true);
  expect((refused as Error).message).toBe(
    [
      'The configuration of this stack has 2 problems; nothing was changed.',
      '  - session-database:redis.memory: got "lots"; allowed: a quantity of bytes above zero, such as 512Mi, 1.5Gi or 2G',
      '  - session-database:redsi: unknown key; allowed: environment, namespace, cluster, redis, tls, sentinel, proxy, scale, protect, sessions, quota, monitoring, clients',
      'Settings are described in docs/configuration.md; set one with: pulumi config set --path KEY VALUE',
    ].join('\n'),
  );
});

test('an empty stack, as Pulumi.yaml fills it in, lacks its environment only', async () => {
  const { refused } = await load({
    'session-database:environment': '',
    'session-database:namespace': '',
    'session-database:cluster': '{}',
    'session-database:redis': '{}',
    'session-database:tls': '{}',
    'session-database:sentinel': '{}',
    'session-database:proxy': '{}',
    'session-database:scale': '',
    'session-database:protect': '',
    'session-database:sessions': '{}',
    'session-database:quota': '{}',
    'session-database:monitoring': '{}',
    'session-database:clients': '[]',
  });
  expect((refused as Error).message).toContain(
    'one problem; nothing was changed.\n  - session-database:environment: missing; allowed: dev, staging, prod\n',
  );
});
