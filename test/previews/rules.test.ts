import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { preview } from '../../local/engine/preview';
import { paths } from '../../local/paths';
import { previewOf } from '../../scripts/preview/events';
import { cases } from '../policy/cases';
import type { Cases } from '../policy/support/cases';
import { profileOf } from '../policy/support/judge';
import { environments, type Program, programOf } from '../policy/support/program';
import { type Group, groupsOf } from './support/groups';
import { previewResources, unknown } from './support/preview';

jest.setTimeout(300_000);

let prod: Program;
beforeAll(async () => {
  prod = await programOf('prod');
});

test.each(environments)(
  'stack %s passes as new, without a cluster, and every rule can be decided',
  async (stack) => {
    const events = join(paths.results, 'previews', `${stack}.jsonl`);
    expect(await preview({ stack, events })).toBeUndefined();
    const { errors, violations, changes } = previewOf(stack, readFileSync(events, 'utf8'));
    expect(errors).toEqual([]);
    expect(violations.filter(({ mandatory, undecided }) => mandatory || undecided)).toEqual([]);
    expect(changes.length).toBeGreaterThan(50);
  },
);

// Side by side: each of them waits for the others' processes half of its time.
const previewsOf = (groups: readonly Group[]) =>
  Promise.all(
    groups.map(async ({ ids, program, configuration }) => ({
      ids,
      ...(await previewResources(program.resources, 'prod', configuration)),
    })),
  );

const sideOf = (side: keyof Cases) =>
  Object.entries(cases).map(([id, of]) => [id, Object.values(of[side])] as const);

test('the real engine refuses a program for every rule, by that rule', async () => {
  const { groups, impossible } = groupsOf(prod, profileOf('prod'), sideOf('refused'), true);
  expect(impossible).toEqual([]);
  for (const { ids, violations, passed } of await previewsOf(groups)) {
    expect(passed).toBe(false);
    const told = violations.filter(({ undecided }) => !undecided).map(({ rule }) => rule);
    expect(ids.filter((id) => !told.includes(id))).toEqual([]);
  }
  expect(groups.flatMap(({ ids }) => ids)).toHaveLength(Object.keys(cases).length);
});

test('neighbours of what is refused pass under the real engine', async () => {
  const { groups, impossible } = groupsOf(prod, profileOf('prod'), sideOf('passed'), false);
  // Of these the stack itself is the neighbour, as no preview here has patches.
  expect([...impossible].sort()).toEqual(['priority-class', 'pss-privilege-escalation', 'service-links-off']);
  for (const { ids, violations, errors } of await previewsOf(groups)) {
    expect(errors.filter((error) => error !== 'preview failed')).toEqual([]);
    const told = violations.map(({ rule }) => rule);
    expect(ids.filter((id) => told.includes(id))).toEqual([]);
  }
});

test('what a preview cannot know is told by each rule that has to, and refuses the stack', async () => {
  const program = prod.copy();
  program.pod('Deployment', 'redis-proxy').hostNetwork = unknown;
  program.props('NetworkPolicy', 'default-deny').spec.podSelector = unknown;
  const { violations, passed } = await previewResources(program.resources, 'prod');
  expect(passed).toBe(false);
  const undecided = violations.filter((one) => one.undecided);
  const told = undecided.find(({ rule }) => rule === 'pss-host-namespaces')!;
  expect(told.mandatory).toBe(true);
  expect(told.message).toContain(
    'cannot be decided: spec.template.spec.hostNetwork is not known before the update',
  );
});

test('a rule of level remediate repairs what it can, and the rest of the preview goes on', async () => {
  const program = prod.copy();
  program.container('Deployment', 'redis-proxy').securityContext.readOnlyRootFilesystem = false;
  const repaired = await previewResources(program.resources, 'prod', { 'read-only-root': 'remediate' });
  expect(repaired.errors).toEqual([]);
  expect(repaired.violations.filter(({ mandatory }) => mandatory)).toEqual([]);
  expect(repaired.passed).toBe(true);
});
