import type { PromtoolTest } from './promtool';

/** What Prometheus finds when it asks for a pod: Redis in a role, loading, not answering (`down`, its exporter does), nothing that
 * answers (`away`), or no such pod: what was read of it stays for two more intervals. */
export type RedisState = 'master' | 'replica' | 'loading' | 'down' | 'away' | 'gone';
export type OtherState = 'well' | 'noquorum' | 'away' | 'gone';

/** What happens to a pod, from a second on. */
export type Happening = readonly [second: number, pod: string, state: RedisState | OtherState];

export interface Story {
  /** Pods that there are at first, or come later. */
  readonly pods: Readonly<Record<string, RedisState | OtherState>>;
  readonly happenings?: readonly Happening[];
  readonly seconds: number;
  /** Seconds from the look at one pod to that at the next, in the order of the pods. @default 4 */
  readonly spacing?: number;
  /** When Prometheus starts. @default 0 */
  readonly from?: number;
  /** From when until when it is away, as on the way to another node. @default never */
  readonly moved?: readonly [from: number, to: number];
}

/** Three Redis, three Sentinels, two proxies. */
export const staging: Story['pods'] = {
  ...{ 'redis-0': 'master', 'redis-1': 'replica', 'redis-2': 'replica' },
  ...{ 'sentinel-0': 'well', 'sentinel-1': 'well', 'sentinel-2': 'well' },
  ...{ 'proxy-a': 'well', 'proxy-b': 'well', 'prometheus-0': 'well', 'alertmanager-0': 'well' },
};

type Samples = Readonly<Record<string, number>>;
const scrapeSeconds = 15;
/** From the moment at which a pod that is gone would have been asked until its series end. */
const lingerSeconds = 17;

/** The series that Prometheus reads of a platform under ordinary load, each pod at another moment of its interval. */
export function seriesOf(story: Story): PromtoolTest['input_series'] {
  const states = new Map(Object.keys(story.pods).map((pod) => [pod, history(story, pod)]));
  return [...states.keys()].flatMap((pod, at) => {
    // The first one in the same second as the evaluation.
    const first = (story.from ?? 0) + ((at * (story.spacing ?? 4)) % scrapeSeconds);
    const looks = new Map<number, Samples>();
    for (let second = first; second <= story.seconds; second += scrapeSeconds) {
      if (isMoving(story, second)) continue;
      const [now, next] = [second, second + scrapeSeconds].map((at) => states.get(pod)![at]);
      if (now !== 'gone') looks.set(second, samplesOf(pod, second, states));
      // Who is back by then goes on.
      else if (next === 'gone') looks.set(second + lingerSeconds, {});
    }
    return rendered(looks, story);
  });
}

const isMoving = ({ moved: [from, to] = [0, 0] }: Story, second: number): boolean =>
  from <= second && second < to;

const stateAt = (story: Story, pod: string, second: number) =>
  [...(story.happenings ?? [])].reverse().find(([from, of]) => of === pod && from <= second)?.[2] ??
  story.pods[pod]!;

const history = (story: Story, pod: string) =>
  Array.from({ length: story.seconds + 1 }, (_, second) => stateAt(story, pod, second));

type States = ReadonlyMap<string, readonly (RedisState | OtherState)[]>;

function samplesOf(pod: string, second: number, states: States): Samples {
  const state = states.get(pod)![second]!;
  const [, part = ''] = /^(\w+)-/.exec(pod)!;
  const labels = `job="${part}", instance="${pod}"`;
  if (state === 'gone') return {};
  if (state === 'away') return { [`up{${labels}}`]: 0 };
  const own: Readonly<Record<string, () => Samples>> = {
    redis: () => redisSamples(pod, second, states),
    sentinel: (): Samples =>
      state === 'down'
        ? { up: 0 }
        : {
            up: 1,
            tilt: 0,
            'master_ckquorum_status;message="m"': state === 'noquorum' ? 0 : 1,
            'master_status;master_address="10.0.0.1:6379"': missed(second, states) ? 0 : 1,
          },
    proxy: () => {
      const followed = inState(states, second, 'replica').length > 0;
      const [all, alone] = [inState(states, second, 'master').length, followed ? 0 : 1];
      return {
        'backend_active_servers;proxy="master"': all * (1 - alone),
        'backend_backup_servers;proxy="master"': all * alone,
        process_current_connections: 50,
        process_max_connections: 4000,
      };
    },
    prometheus: () => ({
      process_start_time_seconds: 0,
      prometheus_notifications_alertmanagers_discovered: 1,
    }),
    alertmanager: () => ({ process_start_time_seconds: 0, alertmanager_config_last_reload_successful: 1 }),
  };
  const prefix =
    { redis: 'redis_', sentinel: part === 'sentinel' ? 'redis_sentinel_' : '', proxy: 'haproxy_' }[part] ??
    '';
  const samples = Object.entries(own[part]!()).map(([key, is]) => {
    const [metric, more] = key.split(';');
    const name = key === 'up' ? 'redis_up' : `${prefix}${metric}`;
    return [`${name}{${labels}${more === undefined ? '' : `, ${more}`}}`, is] as const;
  });
  return { [`up{${labels}}`]: 1, ...Object.fromEntries(samples) };
}

/** Whether there has been no master for longer than Sentinels wait. */
const missed = (second: number, states: States): boolean =>
  [0, 1, 2].every((ago) => inState(states, second - ago, 'master').length === 0);

const inState = (states: States, second: number, wanted: RedisState): string[] =>
  [...states].flatMap(([pod, of]) => (of[second] === wanted ? [pod] : []));

function redisSamples(pod: string, second: number, states: States): Samples {
  const own = states.get(pod)!;
  const state = own[second]!;
  if (state === 'down') return { up: 0 };
  const answers = (of: string): boolean => ['master', 'replica', 'loading'].includes(of);
  const since = own
    .slice(0, second + 1)
    .reverse()
    .findIndex((of) => !answers(of));
  const uptime = since === -1 ? second + 1 : since;
  const common = {
    uptime_in_seconds: uptime,
    [`instance_info;role="${state === 'replica' ? 'slave' : 'master'}"`]: 1,
  };
  if (state === 'loading') return { up: 0, loading_dump_file: 1, script_result: 0, ...common };
  const replicas = inState(states, second, 'replica');
  const followed = inState(states, second, 'master').length > 0;
  const calls = state === 'master' ? 300 * uptime : 0;
  return {
    ...{ up: 1, loading_dump_file: 0, script_result: 1, ...common },
    ...(state === 'master'
      ? Object.fromEntries(
          replicas.flatMap((replica) => {
            const labels = `slave_ip="${replica}", slave_state="online"`;
            return [
              [`connected_slave_lag_seconds;${labels}`, second % 2],
              [`connected_slave_offset_bytes;${labels}`, 1000 * second],
            ];
          }),
        )
      : { [`master_link_up;master_host="m"`]: followed ? 1 : 0 }),
    ...{ connected_slaves: state === 'master' ? replicas.length : 0, master_repl_offset: 1000 * second },
    ...{
      aof_last_write_status: 1,
      aof_last_bgrewrite_status: 1,
      rdb_last_bgsave_status: 1,
      latest_fork_seconds: 0.01,
    },
    ...{
      rdb_last_save_timestamp_seconds: second - uptime,
      rdb_changes_since_last_save: 50,
      replica_resyncs_full: 2,
    },
    ...{ memory_used_bytes: 100, memory_max_bytes: 256, connected_clients: 60, evicted_keys_total: 0 },
    ...{ rejected_connections_total: 0, client_output_buffer_limit_disconnections_total: 0 },
    ...{ acl_access_denied_auth_total: 0, acl_access_denied_cmd_total: 0, acl_access_denied_key_total: 0 },
    ...{ acl_access_denied_channel_total: 0, 'db_keys;db="db0"': 900, 'db_keys_expiring;db="db0"': 500 },
    ...{ cpu_user_main_thread_seconds_total: 0.1 * uptime, cpu_sys_main_thread_seconds_total: 0.1 * uptime },
    ...{ 'commands_total;cmd="fcall"': calls, 'commands_rejected_calls_total;cmd="fcall"': 0 },
    ...{
      'commands_duration_seconds_total;cmd="fcall"': calls * 0.00003,
      'commands_latencies_usec_count;cmd="fcall"': calls,
    },
    ...{ 'commands_latencies_usec_bucket;cmd="fcall", le="66"': calls * 0.998 },
    ...{ 'commands_latencies_usec_bucket;cmd="fcall", le="+Inf"': calls },
    ...Object.fromEntries(
      Object.entries({ live: 400, backlog: 10, overdue: 0, created: 5000 + second, expired: 4000 }).map(
        ([what, is]) => [`script_values;key="session_${what}"`, is],
      ),
    ),
    ...{
      'script_values;key="refresh_reused"': 3,
      'script_values;key="cleanup_last_success"': second - (second % 120),
    },
  };
}

// As promtool writes them, a second apart; who is no longer told of has ended. Of who ended while it was away, Prometheus does not
// know that.
function rendered(looks: ReadonlyMap<number, Samples>, story: Story): PromtoolTest['input_series'] {
  const names = new Set([...looks.values()].flatMap((samples) => Object.keys(samples)));
  return [...names].map((series) => {
    const values: string[] = [];
    let there = false;
    for (let second = 0; second <= story.seconds; second++) {
      there &&= !isMoving(story, second);
      const samples = looks.get(second);
      const is = samples?.[series];
      const text =
        samples === undefined || (is === undefined && !there) ? '_' : is === undefined ? 'stale' : String(is);
      if (samples !== undefined) there = is !== undefined;
      values.push(text);
    }
    return { series, values: values.join(' ').replace(/(?:_ )+/g, (gap) => `_x${gap.length / 2} `) };
  });
}
