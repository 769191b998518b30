import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { policyOf } from '../../policy/pack/enforce';
import { defaultsOf } from '../../policy/pack/judge';
import { rules } from '../../policy/rules';
import { policies } from '../../scripts/policies';
import { environments } from './support/program';

const read = (path: string) => readFileSync(join(__dirname, '..', '..', path), 'utf8');

test('what every rule demands, how much it matters and where it comes from is as the catalogue says', () => {
  expect(policies(read)).toBe(read('docs/policies.md'));
});

test('ids are unique, and as people write them', () => {
  const ids = rules.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => !/^[a-z]+(-[a-z]+)*$/.test(id))).toEqual([]);
});

test('sentences are sentences', () => {
  const bad = rules.filter(
    ({ demand, reason, remedy }) => ![demand, reason, remedy].every((text) => /^[A-Z/].*[.)]$/.test(text)),
  );
  expect(bad.map(({ id, demand, reason, remedy }) => [id, demand, reason, remedy])).toEqual([]);
});

test.each(environments)(
  'profile %s configures rules that there are, by settings that they have',
  (environment) => {
    const profile = JSON.parse(read(`policy/profiles/${environment}.json`)) as Record<
      string,
      string | object
    >;
    const unknown = Object.entries(profile).flatMap(([id, of]) => {
      const rule = rules.find((one) => one.id === id);
      if (rule === undefined) return [id];
      const known = [...Object.keys(rule.settings ?? {}), 'enforcementLevel', 'waivable'];
      return typeof of === 'string' ? [] : Object.keys(of).filter((name) => !known.includes(name));
    });
    expect(unknown).toEqual([]);
  },
);

describe('what the engine is told of a rule', () => {
  const policy = (id: string) => policyOf(rules.find((rule) => rule.id === id)!);

  test('its level, severity, framework, and what to do', () => {
    expect(policy('pss-host-namespaces')).toMatchObject({
      name: 'pss-host-namespaces',
      enforcementLevel: 'mandatory',
      severity: 'critical',
      framework: { name: 'Pod Security Standards', version: 'v1.36', reference: 'Host Namespaces' },
      remediationSteps: 'Leave hostNetwork, hostPID and hostIPC out.',
      tags: ['PSS', 'critical'],
    });
    expect(policy('pull-policy').enforcementLevel).toBe('advisory');
  });

  test('what it demands and why, as the description', () => {
    for (const rule of rules) expect(policyOf(rule).description).toBe(`${rule.demand} ${rule.reason}`);
  });

  test('every setting with its type and its default, and that none may be waived without a word', () => {
    const { properties } = policy('uid-gid-floor').configSchema!;
    expect(properties['floor']).toMatchObject({ type: 'integer', default: 999 });
    expect(properties['below']).toMatchObject({ type: 'array', items: { type: 'string' }, default: [] });
    expect(policy('maxmemory-headroom').configSchema!.properties['file']).toMatchObject({
      type: 'string',
      default: 'redis.conf',
    });
    expect(properties['waivable']).toMatchObject({ type: 'boolean', default: false });
    expect(policy('digest-pinned').configSchema!.properties['digests']).toMatchObject({
      type: 'boolean',
      default: true,
    });
  });

  test('whether it is asked of each resource or of all, and whether it can repair', () => {
    const kinds = rules.map((rule) => [rule.scope, 'validateStack' in policyOf(rule)] as const);
    expect(kinds.filter(([scope, stack]) => (scope === 'stack') !== stack)).toEqual([]);
    const repairs = rules.filter((rule) => 'remediateResource' in policyOf(rule)).map(({ id }) => id);
    expect(repairs).toEqual([
      'read-only-root',
      'no-sa-token',
      'service-links-off',
      'namespace-pss-labels',
      'labels',
    ]);
  });

  test('the defaults of settings are those that the rules use without configuration', () => {
    for (const rule of rules)
      for (const [name, value] of Object.entries(defaultsOf(rule)))
        expect(policyOf(rule).configSchema!.properties[name]!.default).toEqual(value);
  });
});
