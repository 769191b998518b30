import { sleep, until } from '../../local/exec';
import { Group, type Pod } from './support/group';

jest.setTimeout(120_000);
const group = new Group(23);
let master: Pod, first: Pod, second: Pod;

// Without Sentinels, so that nobody else tells anybody whom to follow.
beforeEach(async () => {
  group.start();
  master = await group.settled();
  [first, second] = group.redis.filter((pod) => pod !== master) as [Pod, Pod];
  await Promise.all(group.sentinels.map((pod) => group.killPod(pod)));
});
afterEach(async () => {
  expect(await group.refused([first, second])).toEqual([]);
  for (const pod of group.redis) pod.log = '';
});
afterAll(() => group.remove());

const follow = (pod: Pod, ...whom: [string, string]) =>
  group.client(pod, 'failover').call('REPLICAOF', ...whom);
const promote = (pod: Pod) => follow(pod, 'NO', 'ONE');
const roleOf = async (pod: Pod): Promise<string> => String(await group.ask(pod, 'ROLE'));
const told = (pod: Pod): boolean => pod.log.includes('was told to follow it');
/** The master goes. Sentinels promote nobody before it has been silent for a while. */
const masterGoes = async () => {
  await group.killPod(master);
  await sleep(500);
};
/** As long as telling takes, and more. */
const soon = 2000;

test('who takes the place of a master that has gone is followed at once', async () => {
  await masterGoes();
  await promote(first);
  await until('the other replica following', 2, async () =>
    (await roleOf(second)).startsWith(`slave,${first.address},6379,connected`),
  );
  await until('its log', 2, () => told(first));
  expect(told(second)).toBe(false);
});

test('who becomes master beside one that lives is followed by nobody', async () => {
  await promote(first);
  await sleep(soon);
  expect(await roleOf(second)).toMatch(`slave,${master.address},6379,connected`);
  expect(await roleOf(master)).toMatch('master');
  expect(told(first)).toBe(false);
});

test('a replica that has gone on from another history than the new master is left alone', async () => {
  await masterGoes();
  // It has been master meanwhile, which the other did not hear of.
  group.signalServer(first, 'SIGSTOP');
  await promote(second);
  await follow(second, master.address, '6379');
  await sleep(soon);
  group.signalServer(first, 'SIGCONT');
  await promote(first);
  await sleep(soon);
  expect(await roleOf(second)).toMatch(`slave,${master.address},6379,connect`);
  expect(told(first)).toBe(false);
});
