import type { RedisService } from '../redis/service';
import type { Connection } from './connections';

/** The label by which a pod of the platform's own namespace says that it is a client of Redis. */
export const clientLabel = { 'session-database/client': 'true' } as const;

/** Pods of an application's own namespace that may reach Redis. */
export interface Client {
  readonly namespace: string;
  readonly podLabels: Readonly<Record<string, string>>;
}

/** The connections of all clients: pods with the client label, and those that the configuration admits. */
export function clientConnections(redis: RedisService, clients: readonly Client[]): Connection[] {
  const own: Client = { namespace: redis.pods.namespace, podLabels: clientLabel };
  return [own, ...clients].flatMap((client, index) =>
    redis.clients.pods.map(({ port, ...to }) => ({
      from: { name: index === 0 ? 'client' : `client-${index}`, ...client },
      to,
      port,
      purpose: 'applications keep their sessions in Redis',
    })),
  );
}
