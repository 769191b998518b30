import { type AlarmName, alarms } from './cases/alarms';
import { alertsOf } from './analysis/runbooks';
import type { AlertReceiver } from './systems/alertReceiver';
import type { Deployed } from './systems/deployed';
import { Watcher } from './watcher';

/** In which order they are raised; those that keep out of each other's way at once. A round waits for the end of the one before: an
 * alert that another one mutes is not told to be over, either. */
const rounds: readonly (readonly AlarmName[])[] = [['nosentinels', 'noproxies'], ['noreplicas'], ['noredis']];

/** Seconds until people hear of what does not mend itself, and until they hear that it is over. */
const alarmLimits = { fired_s: 60, resolved_s: 180 } as const;

/** When people heard of an alarm. */
interface AlarmResult {
  readonly name: AlarmName;
  readonly alert: string;
  /** From the fault on. */
  readonly fired_s: number;
  /** From the moment on at which all was well again. */
  readonly resolved_s: number;
}

/** What people heard too late, in sentences. @param patience - how many times the limits. @default 1 */
export const late = ({ alert, ...times }: AlarmResult, patience = 1): string[] =>
  (['fired_s', 'resolved_s'] as const).flatMap((key) =>
    times[key] > patience * alarmLimits[key]
      ? [`${alert} took ${times[key].toFixed(0)} s (${key}), more than ${patience * alarmLimits[key]} s`]
      : [],
  );

/** What people heard of alarms. */
interface Heard {
  /** Critical alerts that no page explains, in sentences. */
  readonly others: readonly string[];
  readonly results: readonly AlarmResult[];
}

/** Raises all alarms, round by round. @param onRound - told the names of a round that is over */
export async function raiseAll(
  stack: Deployed,
  receiver: AlertReceiver,
  onRound: (names: readonly AlarmName[]) => void = () => undefined,
): Promise<Heard> {
  const heard: Heard[] = [];
  for (const names of rounds) {
    heard.push(await raise(stack, receiver, names));
    onRound(names);
  }
  return {
    others: heard.flatMap(({ others }) => others),
    results: heard.flatMap(({ results }) => results),
  };
}

/**
 * Takes away what does not come back by itself, until people are told, mends it, and waits until they are told that it is over.
 * @throws when they are not told at all
 */
async function raise(stack: Deployed, receiver: AlertReceiver, names: readonly AlarmName[]): Promise<Heard> {
  const watcher = await Watcher.start(stack);
  const mends: (() => Promise<void>)[] = [];
  const began = new Map<AlarmName, number>();
  const fired = new Map<AlarmName, number>();
  const { master } = await watcher.settled(120);
  const replicas = stack.place.redis.filter(({ name }) => name !== master.name);
  const since = Date.now();
  try {
    for (const name of names) {
      began.set(name, Date.now());
      mends.push(await alarms[name].strike(stack, { replicas }));
    }
    for (const name of names) {
      const { alert } = alarms[name];
      fired.set(name, await receiver.told(alert, 'firing', began.get(name)!, 2 * alarmLimits.fired_s));
    }
  } finally {
    await Promise.all(mends.map((mend) => mend()));
    await watcher.settled(180).finally(() => watcher.stop());
  }
  const mended = Date.now();
  const results = await Promise.all(
    names.map(async (name): Promise<AlarmResult> => {
      const { alert } = alarms[name];
      const resolved_s = await receiver.told(alert, 'resolved', since, 2 * alarmLimits.resolved_s);
      const sinceMended = Math.max(0, resolved_s - (mended - since) / 1000);
      return { name, alert, fired_s: fired.get(name)!, resolved_s: sinceMended };
    }),
  );
  const explained = new Set(names.flatMap(alertsOf));
  const others = receiver
    .fired(since, 'critical')
    .filter((alert) => !explained.has(alert))
    .map((alert) => `${names.join(', ')}: ${alert} was told, too`);
  return { others, results };
}
