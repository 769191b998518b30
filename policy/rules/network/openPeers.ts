import { resourceRule } from '../../model/rule';
import { isNaming, nameLabel } from '../../model/selectors';
import { type Opening, openingsOf, type Peer, selectorOf } from './policies';

// The largest block that is somebody's own network is 10.0.0.0/8; larger ones are halves and quarters of the Internet.
const shortestPrefix = 8;

/** A policy says with whom. */
export const noOpenPeer = resourceRule<{ outside: readonly string[] }>({
  id: 'no-open-peer',
  demand: 'Every rule of a NetworkPolicy names its peers: pods by their labels, or a block of addresses.',
  reason: 'A rule without peers, or with a peer that is everybody, is as good as no policy.',
  remedy:
    'Name the pods by labels that they must have, or list <app>:<port> in the setting outside where they dial servers of unknown addresses.',
  severity: 'high',
  reference: { framework: 'NSA', control: 'Network policies' },
  settings: {
    outside: {
      description:
        'Which pods may dial every address, on which port: <label app.kubernetes.io/name>:<port number>.',
      default: [],
    },
  },
  check: (resource, { outside }) =>
    openingsOf(resource).flatMap((opening) => {
      const { peers, peersPath } = opening;
      if (peers.length === 0) return [`${peersPath} names nobody, which is everybody`];
      return peers.flatMap((peer, nth) => {
        const open = opennessOf(peer);
        if (open === undefined) return [];
        if (
          peer.ipBlock !== undefined &&
          isListed(selectorOf(resource).matchLabels?.[nameLabel], opening, outside)
        )
          return [];
        return [`${peersPath}[${nth}]${open}`];
      });
    }),
});

/** What of a peer is everybody; undefined where it names somebody. */
function opennessOf({ ipBlock, namespaceSelector, podSelector }: Peer): string | undefined {
  if (ipBlock !== undefined) {
    const { cidr = '' } = ipBlock;
    // Also true of what is no number.
    return Number(cidr.split('/')[1]) >= shortestPrefix
      ? undefined
      : `.ipBlock.cidr ${cidr} is a good part of all addresses`;
  }
  if (namespaceSelector !== undefined && !isNaming(namespaceSelector))
    return '.namespaceSelector names no namespace';
  return isNaming(podSelector ?? {}) ? undefined : '.podSelector names no pods';
}

const isListed = (app: string | undefined, { direction, ports }: Opening, outside: readonly string[]) =>
  direction === 'Egress' &&
  app !== undefined &&
  ports.length > 0 &&
  ports.every(
    ({ port, endPort }) => endPort === undefined && port !== undefined && outside.includes(`${app}:${port}`),
  );
