import { bytes } from '../kubernetes/quantity';
import type { Storage } from '../workload/pod';

/** Sizes of a Redis server. */
export interface RedisSize {
  /** CPU request. */
  readonly cpu: string;
  /** Memory of the container, request and limit. */
  readonly memory: string;
  /** Memory for data, below `memory` by what connections, buffers and a saving child need. */
  readonly maxmemory: string;
  readonly maxClients: number;
  readonly storage: Storage;
}

// Slow disks read and write at least this much in a second; loading and saving are given time by it.
const diskBytesPerSecond = 20 * 2 ** 20;

/** Seconds in which a slow disk reads or writes all data. */
export const diskSeconds = (size: RedisSize): number => Math.ceil(bytes(size.maxmemory) / diskBytesPerSecond);
