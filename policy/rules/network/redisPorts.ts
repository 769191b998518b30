import { resourceRule } from '../../model/rule';
import { nameLabel } from '../../model/selectors';
import { holds, isEveryPort, namesOf, type Opening, openingsOf, type Peer, selectorOf } from './policies';

// Redis, Sentinel, and the bus of Redis Cluster.
const redisPorts = [6379, 26379, 16379] as const;

interface Settings {
  readonly servers: readonly string[];
  readonly clients: readonly string[];
}

/** Redis is reached by those who must. */
export const redisPortsClosed = resourceRule<Settings>({
  id: 'redis-ports-closed',
  demand: "Redis' ports 6379, 26379 and 16379 are open to pods of listed labels only.",
  reason: 'Who reaches them may try passwords, and a pod that has none to try has no business there.',
  remedy:
    'Name the pods by a label that the setting clients lists, in one element with the namespace, and the ports by number.',
  severity: 'critical',
  reference: { framework: 'session-database', control: 'Redis network' },
  settings: {
    servers: {
      description: 'Label app.kubernetes.io/name of the pods that listen on these ports.',
      default: ['redis', 'sentinel'],
    },
    clients: {
      description: 'Labels, as <key>=<value>, of the pods that may reach these ports.',
      default: ['app.kubernetes.io/name=redis', 'app.kubernetes.io/name=sentinel'],
    },
  },
  check: (resource, { servers, clients }) =>
    openingsOf(resource)
      .filter(({ direction }) => direction === 'Ingress')
      .flatMap((opening) => {
        const app = selectorOf(resource).matchLabels?.[nameLabel];
        const opened = openedBy(opening, app === undefined || servers.includes(app));
        if (opened === undefined) return [];
        const { peers, peersPath } = opening;
        if (peers.length === 0) return [`${peersPath} opens ${opened} to everybody`];
        return peers.flatMap((peer, nth) => {
          const wrong = wrongOf(peer, clients);
          return wrong === undefined ? [] : [`${peersPath}[${nth}] opens ${opened} to ${wrong}`];
        });
      }),
});

/** Which of Redis' ports are opened. @param server - whether those who are reached may be Redis; then all that is not a number counts */
function openedBy({ ports }: Opening, server: boolean): string | undefined {
  const numbers = redisPorts.filter((redis) => ports.some((port) => holds(port, redis)));
  if (numbers.length > 0) return `port ${numbers.join(', ')}`;
  if (!server) return undefined;
  if (isEveryPort(ports)) return 'every port';
  const [name] = namesOf(ports);
  return name === undefined ? undefined : `port ${name}, which may be any,`;
}

/** Who a peer is that may not be one; undefined where it may. */
function wrongOf({ ipBlock, namespaceSelector, podSelector }: Peer, clients: readonly string[]) {
  if (ipBlock !== undefined) return 'addresses';
  const labels = podSelector?.matchLabels ?? {};
  if (Object.keys(labels).some((key) => clients.includes(`${key}=${labels[key]}`))) return undefined;
  return namespaceSelector !== undefined && podSelector === undefined
    ? 'whole namespaces, as no podSelector is in the same element'
    : 'pods of no listed label';
}
