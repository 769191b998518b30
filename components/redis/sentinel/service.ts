import type { Connection } from '../../network/connections';
import type { SentinelService } from '../service';
import type { SentinelGroup } from './objects';
import { type GroupName, masterName, peerOf, podNames, ports, readName } from './identity';

export interface SentinelClients extends GroupName {
  /** How many Sentinels there are. */
  readonly sentinels: number;
  /** @default plaintext */
  readonly tls?: SentinelGroup['tls'];
  /** Where a client that does not know Sentinels finds the master. */
  readonly writable: SentinelService['writable'];
}

/** How the rest of the platform and its clients see this Redis. */
export function sentinelService(group: SentinelClients): SentinelService {
  const pods = { ...peerOf('redis', group), port: ports.redis };
  const sentinels = { ...peerOf('sentinel', group), port: ports.sentinel };
  return {
    mode: 'sentinel',
    clients: {
      addresses: [{ host: group.writable.host, port: group.writable.port }],
      tls: group.tls !== undefined,
      pods: [pods, sentinels, group.writable.pods],
    },
    pods,
    writable: group.writable,
    readable: { host: `${readName}.${group.namespace}.svc`, port: ports.redis },
    sentinels: podNames('sentinel', group.sentinels).map((pod) => ({
      host: `${pod}.${group.namespace}.svc`,
      port: ports.sentinel,
    })),
    masterName,
  };
}

/** Whom the pods of the group dial among each other. */
export function sentinelConnections(group: GroupName): Connection[] {
  const [redis, sentinel] = [peerOf('redis', group), peerOf('sentinel', group)];
  return [
    {
      from: redis,
      to: redis,
      port: ports.redis,
      purpose: 'replicas follow the master; a start asks who it is',
    },
    {
      from: redis,
      to: sentinel,
      port: ports.sentinel,
      purpose: 'a start asks who is master; a master hands over',
    },
    { from: sentinel, to: redis, port: ports.redis, purpose: 'Sentinels watch the servers' },
    { from: sentinel, to: sentinel, port: ports.sentinel, purpose: 'Sentinels vote' },
  ];
}
