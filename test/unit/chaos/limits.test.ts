import type { CaseResult } from '../../chaos/analysis/report';
import { caseNamed, cases, randomCases } from '../../chaos/cases';
import { broken } from '../../chaos/cases/case';

const good: CaseResult = {
  ...{ runs: 1, p50_s: 2, p95_s: 3, errors: 5, unmended: 2, acked: 100, lost_waited: 0, lost_unwaited: 7 },
  ...{
    masters_max: 1,
    masters_waited_max: 1,
    claimed_max: 1,
    split_s: 0,
    settled_p95_s: 4,
    slowest_writer_p95_s: 3,
  },
  kinds: { follow: { p50_s: 1, p95_s: 2 }, sentinel: { p50_s: 2, p95_s: 3 } },
  error_classes: {},
  ratio_to_bare: 1.2,
};

test('a case that keeps its limits has nothing to say', () => {
  expect(broken(good)).toEqual([]);
  expect(broken(good, { p50: 2, p95: 3, ratioToBare: 1.2 })).toEqual([]);
});

test.each([
  [{ lost_waited: 1 }, {}, 'writes lost that replicas had: 1 is more than 0'],
  [{ masters_max: 2 }, {}, 'servers that acknowledged writes at one time: 2 is more than 1'],
  [
    { masters_max: 2, masters_waited_max: 2 },
    { masters: 2 },
    'of these, with writes that replicas had: 2 is more than 1',
  ],
  [{}, { p50: 1.9 }, 'p50 outage of 2 s is more than 1.9 s'],
  [{}, { p95: 2.9 }, 'p95 outage of sentinel clients of 3 s is more than 2.9 s'],
  [
    {},
    { p95: { follow: 1.5, sentinel: 4, proxy: 1 } },
    'p95 outage of follow clients of 2 s is more than 1.5 s',
  ],
  [{ unmended: 0 }, { painless: true }, 'writes lost: 7 is more than 0'],
  [{ lost_unwaited: 0 }, { painless: true }, 'failures that one more attempt did not mend: 2 is more than 0'],
  [{}, { ratioToBare: 1.1 }, 'ratio to bare processes 1.2 is more than 1.1'],
])('%j with limits %j is told', (shown, limits, problem) => {
  expect(broken({ ...good, ...shown }, limits)).toEqual([problem]);
});

test('a case that nobody knows is refused with the names there are', () => {
  expect(() => caseNamed('flood')).toThrow(/^no case is called flood; there are kill, node, partition, /);
  expect(randomCases.every((name) => caseNamed(name) === cases[name])).toBe(true);
});
