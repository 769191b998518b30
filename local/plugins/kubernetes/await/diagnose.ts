import { isObject, type Properties, type Value } from '../../protocol';
import type { Client } from '../client';
import { kindOf } from '../kinds';
import {
  at,
  condition,
  idOf,
  listAt,
  nameOf,
  namespaceOf,
  numberAt,
  objectAt,
  textAt,
  type KubeObject,
} from '../objects';
import { conditionMessages } from './readiness';

const MOST = 10;

/** `app=redis,tier=db`; undefined when the object selects no pods by labels. */
export function podSelector(object: KubeObject): string | undefined {
  const selector = at(object, 'spec', 'selector');
  const labels = objectAt(selector, 'matchLabels');
  const pairs = Object.entries(Object.keys(labels).length > 0 ? labels : isObject(selector) ? selector : {});
  const texts = pairs.flatMap(([key, value]) => (typeof value === 'string' ? [`${key}=${value}`] : []));
  return texts.length === 0 ? undefined : texts.join(',');
}

function containerReasons(status: Value): readonly string[] {
  const name = textAt(status, 'name') ?? '';
  const reasons: string[] = [];
  const waiting = textAt(status, 'state', 'waiting', 'reason');
  if (waiting !== undefined && waiting !== 'ContainerCreating' && waiting !== 'PodInitializing') {
    const message = textAt(status, 'state', 'waiting', 'message');
    reasons.push(`container "${name}" is waiting: ${waiting}${message === undefined ? '' : `: ${message}`}`);
  }
  for (const state of ['state', 'lastState']) {
    const exitCode = numberAt(status, state, 'terminated', 'exitCode');
    if (exitCode === undefined || exitCode === 0) continue;
    const reason = textAt(status, state, 'terminated', 'reason');
    const message = textAt(status, state, 'terminated', 'message')?.trim();
    const details = [reason, message].filter((part) => part !== undefined && part !== '').join(': ');
    reasons.push(`container "${name}" exited with code ${exitCode}${details === '' ? '' : ` (${details})`}`);
  }
  const running = at(status, 'state', 'running') !== undefined;
  if (running && at(status, 'ready') === false && reasons.length === 0) {
    reasons.push(`container "${name}" runs but is not ready`);
  }
  return reasons;
}

/** Why a pod is not ready, from its own status; empty for one that is. */
export function podReasons(pod: KubeObject): readonly string[] {
  if (condition(pod, 'Ready')?.['status'] === 'True' || textAt(pod, 'status', 'phase') === 'Succeeded')
    return [];
  const scheduled = condition(pod, 'PodScheduled');
  const reasons =
    scheduled?.['status'] === 'False'
      ? [`cannot be scheduled: ${textAt(scheduled, 'message') ?? 'no reason given'}`]
      : [];
  const statuses = ['initContainerStatuses', 'containerStatuses'].flatMap((list) =>
    listAt(pod, 'status', list),
  );
  return [...reasons, ...statuses.flatMap(containerReasons)].map((reason) => `[Pod ${idOf(pod)}] ${reason}`);
}

function isAbout(event: KubeObject, uids: ReadonlySet<string>): boolean {
  return textAt(event, 'type') !== 'Normal' && uids.has(textAt(event, 'involvedObject', 'uid') ?? '');
}

function eventText(event: KubeObject): string {
  const object = objectAt(event, 'involvedObject');
  const who = `[${textAt(object, 'kind') ?? ''} ${textAt(object, 'name') ?? ''}]`;
  return `${who} ${textAt(event, 'reason') ?? ''}: ${textAt(event, 'message')?.trim() ?? ''}`;
}

const uidOf = (object: KubeObject): string => textAt(object, 'metadata', 'uid') ?? '';

function isOwnedBy(object: KubeObject, uids: ReadonlySet<string>): boolean {
  return listAt(object, 'metadata', 'ownerReferences').some((owner) => uids.has(textAt(owner, 'uid') ?? ''));
}

/**
 * What can be found out about why an object is not ready: conditions that are not met, its pods' containers, and
 * warnings about it, its ReplicaSets and its pods. Never throws: a diagnosis that cannot be made is none.
 */
export async function diagnose(client: Client, object: KubeObject): Promise<readonly string[]> {
  try {
    const namespace = namespaceOf(object);
    if (namespace === undefined) return conditionMessages(object);
    const labels = podSelector(object);
    const isPod = textAt(object, 'kind') === 'Pod';
    const [pods, replicaSets, events] = await Promise.all([
      labels === undefined ? [] : client.list(kindOf('v1', 'Pod'), namespace, { labels }),
      textAt(object, 'kind') === 'Deployment'
        ? client.list(kindOf('apps/v1', 'ReplicaSet'), namespace, labels === undefined ? {} : { labels })
        : [],
      client.list(EVENT, namespace, { fields: 'type=Warning' }),
    ]);
    const owned = replicaSets.filter((set) => isOwnedBy(set, new Set([uidOf(object)])));
    const concerned = [...(isPod ? [object] : []), ...pods].map((pod) => ({ pod, reasons: podReasons(pod) }));
    const unready = concerned.filter(({ reasons }) => reasons.length > 0);
    const uids = new Set([object, ...owned, ...unready.map(({ pod }) => pod)].map(uidOf));
    const warnings = events.filter((event) => isAbout(event, uids)).map(eventText);
    const reasons = [...conditionMessages(object), ...unready.flatMap((entry) => entry.reasons), ...warnings];
    return [...new Set(reasons)].slice(0, MOST);
  } catch {
    return [];
  }
}

const EVENT = { apiVersion: 'v1', kind: 'Event', plural: 'events', namespaced: true };

/** For the messages of deletions that do not end: what still holds the object. */
export function holdReasons(object: KubeObject): readonly string[] {
  const finalizers = listAt(object, 'metadata', 'finalizers').filter((entry) => typeof entry === 'string');
  const namespace = listAt(object, 'status', 'conditions')
    .filter((entry): entry is Properties => isObject(entry) && entry['status'] === 'True')
    .flatMap((entry) => textAt(entry, 'message') ?? []);
  return [
    ...(finalizers.length > 0 ? [`finalizers of ${nameOf(object)}: ${finalizers.join(', ')}`] : []),
    ...(textAt(object, 'kind') === 'Namespace' ? namespace : []),
  ];
}
