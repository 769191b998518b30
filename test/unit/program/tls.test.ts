import { parseStackConfig } from '../../../stacks/parse';
import { buildPlatform, type PlatformOutputs } from '../../../stacks/platform';
import { certificateOf, keyOf, known, passwordOf, record, type Recording } from '../../../scripts/record';

describe('a stack with TLS', () => {
  let run: Recording<PlatformOutputs>;
  beforeAll(async () => {
    const secure = parseStackConfig('session-database', { environment: 'dev', tls: '{"enabled":true}' });
    run = await record(() => buildPlatform(secure));
  });
  const data = (name: string) =>
    Object.fromEntries(
      Object.entries(
        run.resources.find((one) => one.name === name)?.inputs['data'] as Record<string, string>,
      ).map(([file, text]) => [file, Buffer.from(text, 'base64').toString()]),
    );

  test.each(['application', 'cleanup', 'deployer', 'probe', 'reloader'])(
    'the Secret of %s has its password, its certificate and its key',
    (role) => {
      expect(data(`credentials-${role}`)).toEqual({
        password: passwordOf(`credentials-${role}-password`),
        'ca.crt': certificateOf('certificates-authority-1'),
        'tls.crt': certificateOf(`certificates-client-${role}`),
        'tls.key': keyOf(`certificates-client-${role}-key`),
      });
    },
  );

  test("Redis' own Secret is there before it starts", () => {
    expect(data('redis-tls')).toEqual({
      'ca.crt': certificateOf('certificates-authority-1'),
      'tls.crt': certificateOf('certificates-redis'),
      'tls.key': keyOf('certificates-redis-key'),
    });
    const redis = run.resources.find(({ name }) => name === 'redis-statefulset');
    expect(redis?.dependencies).toEqual(expect.arrayContaining(['redis-tls', 'credentials-reloader']));
  });

  test('the outputs say so, and whom to trust, which is no secret', async () => {
    const { tls, ca, caConfigMapName } = run.result.redis;
    expect([tls, caConfigMapName]).toEqual([true, 'redis-ca']);
    expect(await known(ca!)).toEqual([false, certificateOf('certificates-authority-1')]);
    expect(run.result.roles['reloader']).toEqual({
      purpose: 'has Redis take up renewed certificates',
      secretName: 'redis-reloader',
    });
  });

  test('nothing but Secrets and what makes certificates holds a secret', () => {
    const others = run.resources.filter(({ type }) => !/:Secret$|^tls:/.test(type));
    expect(others.filter(({ secrets }) => secrets.length > 0).map(({ name }) => name)).toEqual([]);
  });
});
