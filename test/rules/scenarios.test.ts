import { ruleGroups } from '../../components/monitoring/rules';
import { rulesFile } from '../../components/monitoring/rules/render';
import { type Happening, seriesOf, staging, type Story } from './support/platform';
import { type PromtoolTest, runTests } from './support/promtool';
import { settings, type StackName } from './support/settings';

interface Scenario extends Story {
  readonly title: string;
  /** @default staging */
  readonly stack?: StackName;
  /** Alerts that have fired until then, beside Watchdog; no others. */
  readonly fired: Readonly<Record<number, readonly string[]>>;
}

const dev: Story['pods'] = { 'redis-0': 'master', 'prometheus-0': 'well', 'alertmanager-0': 'well' };

/** When something breaks: at every second of an evaluation's interval, as what is seen when decides. */
const phases = Array.from({ length: 15 }, (_, phase) => 150 + phase);
/** Some of them, for what takes longer. */
const somePhases = phases.filter((_, at) => at % 3 === 0);

const each = (seconds: readonly number[], scenario: (fault: number) => Scenario): Scenario[] =>
  seconds.map((fault) => {
    const made = scenario(fault);
    return { ...made, title: `${made.title} (after ${fault} s)` };
  });

// A pod hands over, is away for a minute, copies all data and follows.
const replaced = (begin: number, pod: string, successor?: string): Happening[] => [
  ...(successor === undefined
    ? []
    : ([
        [begin, pod, 'replica'],
        [begin + 1, successor, 'master'],
      ] as const)),
  [begin + 2, pod, 'away'],
  [begin + 20, pod, 'gone'],
  [begin + 40, pod, 'down'],
  [begin + 62, pod, 'replica'],
];

const scenarios: readonly Scenario[] = [
  {
    title: 'ordinary load raises nothing',
    ...{ pods: staging, seconds: 1800, fired: { 1800: [] } },
  },
  {
    title: 'a Prometheus that starts raises nothing, although it has read nothing yet',
    ...{ pods: staging, seconds: 400, from: 25, fired: { 400: [] } },
  },
  {
    title: 'one pod alone raises nothing',
    ...{ stack: 'dev', pods: dev, seconds: 900, fired: { 900: [] } },
  },
  ...(
    [
      ['Redis is asked first', staging, 1, phases],
      ['proxies are asked first', { 'proxy-a': 'well', 'proxy-b': 'well', ...staging }, 1, phases],
      ['all are asked evenly', staging, 4, somePhases],
    ] as const
  ).flatMap(([order, pods, spacing, seconds]) =>
    each(seconds, (fault) => ({
      title: `a master that is killed and followed by another within 3 seconds raises nothing, where ${order}`,
      pods,
      happenings: [
        [fault, 'redis-0', 'down'],
        [fault + 3, 'redis-1', 'master'],
        [fault + 15, 'redis-0', 'replica'],
      ],
      ...{ spacing, seconds: 330, fired: { 330: [] } },
    })),
  ),
  ...each(somePhases, (fault) => ({
    title: 'a planned switchover raises nothing',
    pods: staging,
    happenings: [
      [fault, 'redis-0', 'replica'],
      [fault + 1, 'redis-2', 'master'],
    ],
    ...{ seconds: 300, fired: { 300: [] } },
  })),
  {
    title: 'a rolling update tells of the new masters, and raises nothing else',
    pods: staging,
    happenings: [
      ...replaced(700, 'redis-2'),
      ...replaced(780, 'redis-1'),
      ...replaced(860, 'redis-0', 'redis-2'),
      ...(['sentinel-2', 'sentinel-1', 'sentinel-0'] as const).flatMap((pod, at): Happening[] => [
        [700 + 40 * at, pod, 'away'],
        [710 + 40 * at, pod, 'gone'],
        [735 + 40 * at, pod, 'well'],
      ]),
    ],
    ...{ seconds: 1500, fired: { 1500: ['FailedOver'] } },
  },
  {
    title: 'the autoscaler may add pods and take them away again',
    pods: { ...staging, 'redis-3': 'gone', 'redis-4': 'gone', 'proxy-c': 'gone' },
    happenings: [
      [200, 'redis-3', 'down'],
      [230, 'redis-3', 'replica'],
      [210, 'redis-4', 'down'],
      [250, 'redis-4', 'replica'],
      [200, 'proxy-c', 'well'],
      [600, 'redis-4', 'away'],
      [660, 'redis-4', 'gone'],
      [680, 'redis-3', 'away'],
      [740, 'redis-3', 'gone'],
      [600, 'proxy-c', 'away'],
      [620, 'proxy-c', 'gone'],
    ],
    ...{ seconds: 1800, fired: { 1800: [] } },
  },
  ...each(somePhases, (fault) => ({
    title: 'a node that is lost with the master, a Sentinel and a proxy, for two minutes, raises nothing',
    pods: staging,
    happenings: [
      ...(['redis-0', 'sentinel-0', 'proxy-a'] as const).map((pod): Happening => [fault, pod, 'away']),
      [fault + 4, 'redis-1', 'master'],
      [fault + 120, 'redis-0', 'replica'],
      [fault + 115, 'sentinel-0', 'well'],
      [fault + 115, 'proxy-a', 'well'],
    ],
    ...{ seconds: 450, fired: { 450: [] } },
  })),
  ...each(somePhases, (fault) => ({
    title: 'the loss of all pods is told within 45 seconds',
    pods: staging,
    happenings: ['redis-0', 'redis-1', 'redis-2', 'sentinel-0', 'sentinel-1', 'sentinel-2'].map(
      (pod): Happening => [fault, pod, 'away'],
    ),
    ...{ seconds: 240, fired: { [fault - 1]: [], [fault + 45]: ['AllRedisDown', 'NoMaster', 'QuorumLost'] } },
  })),
  ...(
    [
      ['all pods of Redis', ['redis-0', 'redis-1', 'redis-2'], 55, 'AllRedisDown', 'NoMaster'],
      ['all Sentinels', ['sentinel-0', 'sentinel-1', 'sentinel-2'], 50, 'QuorumLost'],
      ['all proxies', ['proxy-a', 'proxy-b'], 55, 'NoProxyServes'],
    ] as const
  ).flatMap(([what, pods, within, ...alerts]) =>
    each(phases, (fault) => ({
      title: `${what} deleted, whose series stay for a while: told within ${within} seconds, and nothing else`,
      pods: staging,
      happenings: pods.map((pod): Happening => [fault, pod, 'gone']),
      ...{ seconds: 300, fired: { [fault - 1]: [], [fault + within]: alerts } },
    })),
  ),
  ...each(somePhases, (fault) => ({
    title: 'a master that nobody follows is told within 45 seconds',
    pods: staging,
    happenings: [[fault, 'redis-0', 'down']],
    ...{ seconds: 240, fired: { [fault + 45]: ['NoMaster'] } },
  })),
  ...each(somePhases, (fault) => ({
    title: 'a master that has lost its replicas and takes no writes is told within 45 seconds',
    pods: staging,
    happenings: [
      [fault, 'redis-1', 'down'],
      [fault, 'redis-2', 'down'],
    ],
    ...{ seconds: 240, fired: { [fault + 45]: ['WritesRefused'] } },
  })),
  ...each(somePhases, (fault) => ({
    title:
      'a Prometheus that was moved, while another pod became master, tells as soon that this one has lost its replicas',
    pods: staging,
    moved: [fault, fault + 20],
    happenings: [
      [fault + 5, 'redis-0', 'replica'],
      [fault + 6, 'redis-1', 'master'],
      [fault + 100, 'redis-0', 'down'],
      [fault + 100, 'redis-2', 'down'],
    ],
    ...{
      seconds: 400,
      fired: { [fault + 99]: [], [fault + 145]: ['WritesRefused'], 400: ['WritesRefused'] },
    },
  })),
  ...each(somePhases, (fault) => ({
    title: 'a Prometheus that is back after half a minute, and has read nothing since, raises nothing',
    pods: staging,
    moved: [fault, fault + 34],
    ...{ seconds: 400, fired: { 400: [] } },
  })),
  ...each(somePhases, (fault) => ({
    title: 'the loss of two Sentinels is told within 45 seconds',
    pods: staging,
    happenings: [
      [fault, 'sentinel-1', 'down'],
      [fault, 'sentinel-2', 'down'],
      [fault + 2, 'sentinel-0', 'noquorum'],
    ],
    ...{ seconds: 240, fired: { [fault + 45]: ['QuorumLost'] } },
  })),
  ...each(somePhases, (fault) => ({
    title: 'two Sentinels that are killed and back at once raise nothing',
    pods: staging,
    happenings: [
      [fault, 'sentinel-1', 'away'],
      [fault, 'sentinel-2', 'away'],
      [fault + 2, 'sentinel-0', 'noquorum'],
      [fault + 4, 'sentinel-0', 'well'],
      [fault + 3, 'sentinel-1', 'well'],
      [fault + 3, 'sentinel-2', 'well'],
    ],
    ...{ seconds: 300, fired: { 300: [] } },
  })),
  {
    title: 'one pod alone may be replaced, which takes a minute and a half',
    stack: 'dev',
    pods: dev,
    happenings: [
      [300, 'redis-0', 'away'],
      [330, 'redis-0', 'gone'],
      [370, 'redis-0', 'loading'],
      [390, 'redis-0', 'master'],
    ],
    ...{ seconds: 900, fired: { 900: [] } },
  },
  {
    title: 'one pod alone that stays away is told within three minutes',
    stack: 'dev',
    pods: dev,
    happenings: [[300, 'redis-0', 'away']],
    ...{ seconds: 500, fired: { 480: ['NoMaster'] } },
  },
];

const failures = new Map<string, string>();

beforeAll(async () => {
  const halves = [0, 1].map((half) => scenarios.filter((_, at) => at % 2 === half));
  await Promise.all(
    halves.flatMap((some) =>
      (['staging', 'dev'] as const).map(async (stack) => {
        const groups = ruleGroups(settings[stack]);
        const found = await runTests({
          rules: rulesFile(groups, ''),
          order: groups.map(({ name }) => name),
          evaluation: '15s',
          tests: some.filter(({ stack: of = 'staging' }) => of === stack).map(testOf),
        });
        found.forEach((text, title) => failures.set(title, text));
      }),
    ),
  );
}, 300_000);

function testOf({ title, fired, ...story }: Scenario): PromtoolTest {
  return {
    name: title,
    interval: '1s',
    input_series: seriesOf(story),
    promql_expr_test: Object.entries(fired).map(([second, alerts]) => ({
      expr: 'group by (alertname) (last_over_time(ALERTS{alertstate="firing"}[1h]))',
      eval_time: `${second}s`,
      exp_samples: ['Watchdog', ...alerts].map((alert) => ({ labels: `{alertname="${alert}"}`, value: 1 })),
    })),
  };
}

test.each(scenarios.map(({ title }) => [title]))('%s', (title) => {
  expect(failures.get(title) ?? '').toBe('');
});
