import { type EngineEvent, previewOf } from '../../../../scripts/preview/events';
import { report } from '../../../../scripts/preview/report';

const log = (...events: readonly EngineEvent[]) =>
  events.map((event) => `${JSON.stringify(event)}\n`).join('');
const urn = (type: string, name: string) => `urn:pulumi:dev::session-database::parent$${type}::${name}`;
const step = (op: string, type: string, name: string, of: object = {}): EngineEvent => ({
  resourcePreEvent: { metadata: { op, urn: urn(type, name), type, ...of } },
});
const policy = (policyName: string, enforcementLevel: string, message: string, resourceUrn?: string) => ({
  policyEvent: {
    policyName,
    enforcementLevel,
    message: `<{%reset%}>${message}<{%reset%}>\n`,
    ...(resourceUrn === undefined ? {} : { resourceUrn }),
  },
});
const end = (same = 0): EngineEvent => ({ summaryEvent: { resourceChanges: { same } } });

describe('what the events of a preview say', () => {
  test('changes by what they are and what they are because of', () => {
    const { changes, same, passed } = previewOf(
      'dev',
      log(
        step('create', 'pulumi:pulumi:Stack', 'session-database-dev'),
        step('same', 'a:b:C', 'as-it-was'),
        step('create', 'a:b:C', 'new'),
        step('update', 'a:b:C', 'changed', { diffs: ['spec', 'data'] }),
        step('delete', 'a:b:C', 'gone', { diffs: null }),
        end(7),
      ),
    );
    expect(changes).toEqual([
      { operation: 'create', type: 'a:b:C', name: 'new', because: [], deletedFirst: false },
      { operation: 'update', type: 'a:b:C', name: 'changed', because: ['spec', 'data'], deletedFirst: false },
      { operation: 'delete', type: 'a:b:C', name: 'gone', because: [], deletedFirst: false },
    ]);
    expect([same, passed]).toEqual([7, true]);
  });

  test('a replacement by the property that makes it one, and whether there is a time without', () => {
    const keys = { keys: ['name'], diffs: ['name', 'spec'] };
    const after = [
      step('create-replacement', 'a:b:C', 'after', keys),
      step('replace', 'a:b:C', 'after', keys),
      step('delete-replaced', 'a:b:C', 'after'),
    ];
    const before = [
      step('delete-replaced', 'a:b:C', 'before'),
      step('replace', 'a:b:C', 'before', keys),
      step('create-replacement', 'a:b:C', 'before', keys),
    ];
    expect(previewOf('dev', log(...after, ...before, end())).changes).toEqual([
      { operation: 'replace', type: 'a:b:C', name: 'after', because: ['name'], deletedFirst: false },
      { operation: 'replace', type: 'a:b:C', name: 'before', because: ['name'], deletedFirst: true },
    ]);
  });

  test('a broken mandatory rule refuses the stack, advice does not', () => {
    const advice = previewOf(
      'dev',
      log(policy('pull-policy', 'advisory', 'is Always', urn('a:b:C', 'one')), end()),
    );
    expect(advice.passed).toBe(true);
    expect(advice.violations).toEqual([
      {
        rule: 'pull-policy',
        mandatory: false,
        resource: 'a:b:C one',
        message: 'is Always',
        undecided: false,
      },
    ]);
    const broken = previewOf('dev', log(policy('default-deny', 'mandatory', 'there is\n none'), end()));
    expect(broken.passed).toBe(false);
    expect(broken.violations).toEqual([
      { rule: 'default-deny', mandatory: true, resource: '', message: 'there is none', undecided: false },
    ]);
  });

  test.each([
    policy('spread', 'mandatory', 'cannot be decided: spec.replicas is not known before the update'),
    policy('of-another-pack', 'advisory', "string value at .spec can't be known during preview"),
    {
      diagnosticEvent: {
        severity: 'warning',
        message:
          "can't run policy 'of-another-pack' from policy pack 'p@v1' during preview: string value at .a",
      },
    },
  ])('what could not be decided refuses the stack, however it is told', (event) => {
    const preview = previewOf('dev', log(event, end()));
    expect(preview.violations.map(({ undecided }) => undecided)).toEqual([true]);
    expect(preview.passed).toBe(false);
  });

  test('advice that could not be decided is no more than advice', () => {
    const preview = previewOf('dev', log(policy('timeouts', 'advisory', 'cannot be decided: spec'), end()));
    expect(preview.violations.map(({ undecided, mandatory }) => [undecided, mandatory])).toEqual([
      [true, false],
    ]);
    expect(preview.passed).toBe(true);
  });

  test('an error refuses the stack, and so does a preview without an end', () => {
    const event = {
      diagnosticEvent: { severity: 'error', message: '<{%red%}>no<{%reset%}>', urn: urn('a:b:C', 'x') },
    };
    expect(previewOf('dev', log(event, end()))).toMatchObject({ errors: ['x: no'], passed: false });
    expect(
      previewOf('dev', log({ diagnosticEvent: { severity: 'warning', message: 'well' } })),
    ).toMatchObject({
      errors: ['the preview ended before its time'],
      passed: false,
    });
  });
});

test('the report: a table of stacks, then for each what is lost, refused and changed', () => {
  const keys = { keys: ['spec.serviceName'] };
  const dev = previewOf('dev', log(end(3)));
  const prod = previewOf(
    'prod',
    log(
      step('delete-replaced', 'k:apps:StatefulSet', 'redis'),
      step('replace', 'k:apps:StatefulSet', 'redis', keys),
      step('create-replacement', 'k:apps:StatefulSet', 'redis', keys),
      step('update', 'k:core:Secret', 'login', { diffs: ['data'] }),
      policy(
        'pss-privileged',
        'mandatory',
        'spec.containers[a|b].privileged is true',
        urn('k:core:Pod', 'p'),
      ),
      policy('pull-policy', 'advisory', 'is Always'),
      policy('spread', 'mandatory', 'cannot be decided: spec is not known'),
      end(1),
    ),
  );
  expect(report([dev, prod]).replace(/ +/g, ' ').replace(/-{3,}/g, '---').split('\n')).toEqual([
    '## Preview',
    '',
    '**Refused: prod.**',
    '',
    '| stack | create | update | replace | delete | same | policy | result |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    '| dev | 0 | 0 | 0 | 0 | 3 | kept | ✔ |',
    '| prod | 0 | 1 | 1 | 0 | 1 | 1 broken, 1 undecided, 1 advice | ✖ |',
    '',
    '### prod',
    '',
    '**Policy**',
    '',
    '| rule | level | resource | what |',
    '| --- | --- | --- | --- |',
    '| pss-privileged | mandatory | k:core:Pod p | spec.containers[a\\|b].privileged is true |',
    '| pull-policy | advice | | is Always |',
    '| spread | undecided | | cannot be decided: spec is not known |',
    '',
    '**Replaced or deleted**',
    '',
    '| what | resource | because of |',
    '| --- | --- | --- |',
    '| replace, the old one is deleted first | k:apps:StatefulSet redis | spec.serviceName |',
    '',
    '<details>',
    '<summary>1 created or updated</summary>',
    '',
    '| what | resource | because of |',
    '| --- | --- | --- |',
    '| update | k:core:Secret login | data |',
    '',
    '</details>',
    '',
  ]);
  expect(report([dev])).toContain('Every stack passes.');
});
