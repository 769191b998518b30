import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { platformBoard } from './platform';
import { redisBoard } from './redis';
import { sessionsBoard } from './sessions';
import type { DashboardSettings } from './settings';
import { sloBoard } from './slo';

export type { DashboardSettings } from './settings';

/**
 * Every dashboard by its uid, the one to begin with first.
 * @throws Error when two have the same uid
 */
export function dashboards(settings: DashboardSettings): Readonly<Record<string, Dashboard>> {
  const all = [sessionsBoard, redisBoard, platformBoard, sloBoard].map((board) => board(settings));
  const byUid = Object.fromEntries(all.map((board) => [board.uid!, board]));
  if (Object.keys(byUid).length !== all.length) throw new Error('two dashboards have the same uid');
  return byUid;
}
