/** A Redis server as it was seen. */
export interface RedisSeen {
  readonly role: 'master' | 'replica';
  readonly runId: string;
  readonly offset: number;
  readonly loading: boolean;
  /** Whether it takes writes: a master with enough replicas. */
  readonly writable: boolean;
  /** Of a replica: address of the master that it follows. */
  readonly follows?: string;
  readonly linkUp?: boolean;
  readonly syncing?: boolean;
}

/** All servers and Sentinels as they were seen at one time; null: no answer. */
export interface Sample {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly redis: Readonly<Record<string, RedisSeen | null>>;
  /** The address that each Sentinel names as master; empty where it knows none. */
  readonly sentinels: Readonly<Record<string, string | null>>;
}

/** Names of the servers that say they are master. */
export const mastersIn = ({ redis }: Sample): string[] =>
  Object.entries(redis).flatMap(([name, seen]) => (seen?.role === 'master' ? [name] : []));

/** How many servers say they are a master and have the replicas to take writes. */
export const claims = ({ redis }: Sample): number =>
  Object.values(redis).filter((seen) => seen?.role === 'master' && seen.writable).length;

/**
 * What is missing to one master that all Sentinels name and all replicas follow in sync; empty when nothing is.
 * @param hosts - address of each server by name
 * @param lag - bytes of the replication stream that a replica may lack
 */
export function unsettled(sample: Sample, hosts: Readonly<Record<string, string>>, lag: number): string[] {
  const masters = mastersIn(sample);
  const [name] = masters;
  if (name === undefined || masters.length > 1) return [`masters: ${masters.join(', ') || 'none'}`];
  const host = hosts[name];
  const { offset, loading } = sample.redis[name]!;
  const problems = loading ? [`${name} is loading`] : [];
  for (const [replica, seen] of Object.entries(sample.redis)) {
    if (replica === name) continue;
    if (seen === null) problems.push(`${replica} does not answer`);
    else if (seen.follows !== host) problems.push(`${replica} follows ${seen.follows}`);
    else if (!seen.linkUp || seen.syncing || seen.loading) problems.push(`${replica} is not in sync`);
    else if (offset - seen.offset > lag) problems.push(`${replica} lags by ${offset - seen.offset} bytes`);
  }
  for (const [sentinel, named] of Object.entries(sample.sentinels)) {
    if (named === null) problems.push(`${sentinel} does not answer`);
    else if (named !== host) problems.push(`${sentinel} names ${named || 'no master'}`);
  }
  return problems;
}
