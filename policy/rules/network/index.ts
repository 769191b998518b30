import type { Rule } from '../../model/rule';
import { defaultDeny } from './defaultDeny';
import { dnsOnlyEgress, dnsReachable } from './dns';
import { ingressTls } from './ingressTls';
import { noOpenPeer } from './openPeers';
import { redisPortsClosed } from './redisPorts';
import { everyPodSelected, noOrphanPolicy } from './selection';
import { noOutsideServices } from './services';

/** Who may reach whom. */
export const network: readonly Rule[] = [
  defaultDeny,
  everyPodSelected,
  noOpenPeer,
  redisPortsClosed,
  dnsOnlyEgress,
  dnsReachable,
  noOrphanPolicy,
  noOutsideServices,
  ingressTls,
];
