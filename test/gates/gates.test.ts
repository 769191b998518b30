import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parse } from 'yaml';
import { checkout } from '../../local/paths';
import { gates } from '../../scripts/checks';
import type { Outcome } from '../../scripts/checks/gate';
import { permits } from '../../scripts/checks/licences';
import { commit, type Files, miniature, removeMiniatures, workflow, write } from './support/miniature';

jest.setTimeout(300_000);

// As long as there is something to build, the first run of a gate takes minutes; later ones take seconds.
const check = (gate: string, root: string): Promise<Outcome> =>
  gates.find(({ name }) => name === gate)!.check(root);

afterAll(removeMiniatures);

const passed: Outcome = { state: 'passed', output: '' };

/** The object of the clean miniature, and one with the changes of a case. */
const deployment = (changes: { replicas?: string; tag?: string; probe?: string } = {}) => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: example
  namespace: example
spec:
  replicas: ${changes.replicas ?? '1'}
  selector: { matchLabels: { app: example } }
  template:
    metadata: { labels: { app: example } }
    spec:
      containers:
        - name: example
          image: example:${changes.tag ?? '1.0.0'}
          ${changes.probe ?? 'stdin: false'}
`;

/** Gate → faults, each by the file it is in, and what is said of it. */
const faults: readonly (readonly [gate: string, what: string, files: Files, said: RegExp])[] = [
  ['format', 'a file that is not laid out', { 'wide.ts': 'export const   wide = 1;\n' }, /wide\.ts/],
  [
    'lint',
    'a promise that nobody waits for',
    { 'twice.ts': 'export const twice = (value: number): number => 2 * value;\nPromise.resolve(1);\n' },
    /no-floating-promises/,
  ],
  [
    'types',
    'a value of the wrong type',
    { 'twice.ts': "export const twice = (value: number): number => 'value';\n" },
    /twice\.ts.*TS2322/,
  ],
  ['dead-code', 'a file that nothing reads', { 'alone.ts': 'export const alone = 1;\n' }, /alone\.ts/],
  [
    'dead-code',
    'an export that nothing reads',
    { 'twice.ts': 'export const twice = (value: number) => 2 * value;\nexport const thrice = 3;\n' },
    /thrice/,
  ],
  [
    'manifests',
    'a field that Kubernetes does not know',
    { 'manifests/example.yaml': deployment({ probe: 'livenesProbe: {}' }) },
    /^example\.yaml: Deployment example, Kubernetes 1\.34\.4: at '\/spec\/template\/spec\/containers\/0': additional properties 'livenesProbe' not allowed$/m,
  ],
  [
    'manifests',
    'a value of the wrong type',
    { 'manifests/example.yaml': deployment({ replicas: '"one"' }) },
    /^example\.yaml: .* 1\.36\.3: at '\/spec\/replicas': got string, want integer$/m,
  ],
  [
    'manifests',
    'a kind that a release does not have',
    {
      'manifests/example.yaml':
        'apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: { name: example }\n',
    },
    /PodDisruptionBudget example, Kubernetes 1\.36\.3: could not find schema/,
  ],
  [
    'score',
    'an image without a version',
    { 'manifests/example.yaml': deployment({ tag: 'latest' }) },
    /container-image-tag/,
  ],
  [
    'score',
    'an exception that nothing needs',
    {
      'scripts/checks/exceptions.json':
        '{ "score": [{ "rule": "service-type", "at": "Service gone", "why": "It was there." }] }',
    },
    /^the exception of Service gone from service-type is needed no more: remove it$/,
  ],
  ['shell', 'a variable without quotes', { 'run.sh': '#!/bin/sh\nrm $1\n' }, /^run\.sh:2: .*\[SC2086\]$/],
  ['shell', 'an error in a part', { 'part.sh': 'greeting=$(echo hello\n' }, /^part\.sh:1: /m],
  [
    'yaml',
    'a key that is there twice',
    { 'twice.yaml': 'a: 1\nb: 2\na: 3\n' },
    /twice\.yaml:3:1: .*duplication of key "a"/,
  ],
  [
    'workflows',
    'a machine that there is none of',
    { '.github/workflows/ci.yml': workflow('ubuntu-1.0') },
    /ci\.yml:5:14: label "ubuntu-1\.0" is unknown/,
  ],
  [
    'links',
    'a file that is not there',
    { 'README.md': '[gone](docs/gone.md)\n' },
    /^README\.md: there is no docs\/gone\.md$/m,
  ],
  [
    'links',
    'a heading that is not there',
    { 'docs/page.md': '[there](../README.md#what-it-was)\n' },
    /^docs\/page\.md: README\.md has no heading #what-it-was$/m,
  ],
];

describe('a gate', () => {
  const root = miniature();
  const inFiles = [...new Set(faults.map(([gate]) => gate))];

  it.each(inFiles)('%s passes a project without faults', async (gate) => {
    const { state, output } = await check(gate, root);
    // With what was found, which would say why.
    expect([state, state === 'passed' ? '' : output]).toEqual(['passed', '']);
  });

  it.each(faults)('%s finds %s', async (gate, _, files, said) => {
    const { state, output } = await check(gate, miniature(files));
    expect([state, output]).toEqual(['failed', expect.stringMatching(said)]);
  });
});

describe('gate secrets', () => {
  // Made here, or the gate would find it in this file.
  const key = ['-----BEGIN', 'PRIVATE KEY-----\n'].join(' ') + randomBytes(96).toString('base64') + '\n';
  const pem = `${key}${['-----END', 'PRIVATE KEY-----'].join(' ')}\n`;

  it('passes a project without', async () => {
    const root = miniature();
    commit(root);
    expect(await check('secrets', root)).toEqual(passed);
  });

  it('finds one that is not committed yet, and does not show it', async () => {
    const root = miniature();
    commit(root);
    write(root, { 'id.pem': pem });
    expect(await check('secrets', root)).toEqual({ state: 'failed', output: 'id.pem:1: private-key' });
  });

  it('finds one that was removed by a later commit', async () => {
    const root = miniature({ 'id.pem': pem });
    commit(root);
    rmSync(join(root, 'id.pem'));
    commit(root);
    expect(await check('secrets', root)).toEqual({
      state: 'failed',
      output: expect.stringMatching(/^id\.pem:1: private-key, in commit [0-9a-f]{12}$/) as string,
    });
  });
});

describe('gate licences', () => {
  const withPackage = (license: unknown, folder = 'node_modules/some') =>
    miniature(
      {
        'package-lock.json': JSON.stringify({ packages: { '': {}, [folder]: {}, policy: {} } }),
        'node_modules/some/package.json': JSON.stringify({ name: 'some', version: '1.2.3', license }),
      },
      false,
    );

  it('passes packages under allowed ones', async () => {
    expect(await check('licences', withPackage('MIT'))).toEqual(passed);
    expect(await check('licences', withPackage({ type: 'ISC' }))).toEqual(passed);
  });

  it.each([
    ['AGPL-3.0-only', 'some 1.2.3: AGPL-3.0-only'],
    [undefined, 'some 1.2.3: no licence'],
  ])('finds a package under %s', async (licence, output) => {
    expect(await check('licences', withPackage(licence))).toEqual({ state: 'failed', output });
  });

  it('finds a package that is not installed', async () => {
    expect(await check('licences', withPackage('MIT', 'node_modules/other'))).toEqual({
      state: 'failed',
      output: 'node_modules/other is not installed: npm ci',
    });
  });

  it.each([
    ['MIT OR GPL-3.0-only', true],
    ['(MIT AND Apache-2.0)', true],
    ['MIT AND GPL-3.0-only', false],
    ['MIT AND (ISC OR GPL-3.0-only)', false],
    ['', false],
  ])('takes "%s": %s', (expression, expected) => {
    expect(permits(expression)).toBe(expected);
  });
});

describe('gate audit', () => {
  const advisory = {
    id: 1,
    url: 'https://example.org/1',
    title: 'Bad',
    severity: 'high',
    vulnerable_versions: '<2',
  };
  let registry: Server;
  let answer: { readonly status: number; readonly body: unknown };
  let root: string;

  beforeAll(async () => {
    registry = createServer((request, response) => {
      request.resume();
      const asked = request.url === '/-/npm/v1/security/advisories/bulk';
      response.writeHead(asked ? answer.status : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(asked ? answer.body : {}));
    });
    await new Promise<void>((listening) => registry.listen(0, '127.0.0.1', listening));
    const some = { version: '1.0.0', resolved: 'https://example.org/some.tgz', integrity: 'sha512-AA==' };
    const manifest = { name: 'miniature', version: '1.0.0', dependencies: { some: '1.0.0' } };
    root = miniature(
      {
        '.npmrc': `registry=http://127.0.0.1:${(registry.address() as AddressInfo).port}/\nfetch-retries=0\ncache=.npm\n`,
        'package.json': JSON.stringify(manifest),
        'package-lock.json': JSON.stringify({
          ...manifest,
          lockfileVersion: 3,
          packages: { '': manifest, 'node_modules/some': some },
        }),
      },
      false,
    );
  });
  afterAll(() => registry.close());

  it('passes where nothing is known', async () => {
    answer = { status: 200, body: {} };
    expect(await check('audit', root)).toEqual(passed);
  });

  it('finds a package with a known weakness', async () => {
    answer = { status: 200, body: { some: [advisory] } };
    expect(await check('audit', root)).toEqual({ state: 'failed', output: 'some: high: Bad' });
  });

  it('leaves out what only its author could use', async () => {
    answer = { status: 200, body: { some: [{ ...advisory, id: 2, severity: 'low' }] } };
    expect(await check('audit', root)).toEqual(passed);
  });

  it('says that nothing was checked where the registry does not answer', async () => {
    answer = { status: 405, body: {} };
    const { state, output } = await check('audit', root);
    expect([state, output]).toEqual([
      'unchecked',
      expect.stringMatching(/^the npm registry does not tell of weaknesses here: 405/),
    ]);
  });
});

test('every gate is seen to fail here', () => {
  const seen = [...faults.map(([gate]) => gate), 'secrets', 'licences', 'audit'];
  expect([...new Set(seen)].sort()).toEqual(gates.map(({ name }) => name).sort());
});

test('hooks before a commit are gates, started as people start them', () => {
  const { repos } = parse(readFileSync(join(checkout, '.pre-commit-config.yaml'), 'utf8')) as {
    repos: { repo: string; hooks: { id: string; entry: string; language: string }[] }[];
  };
  expect(repos.map(({ repo }) => repo)).toEqual(['local']);
  const names = gates.map(({ name }) => name);
  for (const { id, entry, language } of repos[0]!.hooks) {
    expect(names).toContain(id);
    expect([entry, language]).toEqual([`make --no-print-directory check GATES=${id}`, 'system']);
  }
});
