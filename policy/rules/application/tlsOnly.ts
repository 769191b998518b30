import { stackRule } from '../../model/rule';
import { redisNames, sentinelNames } from '../../model/servers';
import { type Directives, isOneOf, judgeConf, said } from './servers';

interface Settings {
  readonly redis: readonly string[];
  readonly sentinels: readonly string[];
  readonly clientCertificates: boolean;
}

const safeProtocols = ['tlsv1.2', 'tlsv1.3'];

function problems(directives: Directives, clientCertificates: boolean): string[] {
  const wrong = (name: string, right: boolean) => (right ? [] : [said(directives, name)]);
  const protocols = directives.get('tls-protocols')?.toLowerCase().split(/\s+/) ?? [];
  const inCluster = isOneOf(directives, 'cluster-enabled', ['yes']);
  return [
    ...wrong('port', isOneOf(directives, 'port', ['0'])),
    ...wrong('tls-port', !isOneOf(directives, 'tls-port', ['0'], '0')),
    ...wrong(
      'tls-auth-clients',
      isOneOf(directives, 'tls-auth-clients', clientCertificates ? ['yes'] : ['yes', 'optional'], 'yes'),
    ),
    // Passwords go over these, too.
    ...wrong('tls-replication', isOneOf(directives, 'tls-replication', ['yes'])),
    ...wrong('tls-cluster', !inCluster || isOneOf(directives, 'tls-cluster', ['yes'])),
    ...wrong(
      'tls-protocols',
      protocols.every((protocol) => safeProtocols.includes(protocol)),
    ),
  ];
}

/** Nothing that servers say or are told can be read on its way. */
export const tlsOnly = stackRule<Settings>({
  id: 'tls-only',
  demand: 'Redis and Sentinels speak TLS alone, to clients that show a certificate.',
  reason: 'Passwords and sessions go over the network, where others can read them or take their place.',
  remedy:
    'Set port 0, a tls-port, tls-auth-clients yes, tls-replication yes, in Redis Cluster tls-cluster yes, and no protocol before TLSv1.2.',
  severity: 'critical',
  reference: { framework: 'session-database', control: 'Redis' },
  settings: {
    redis: redisNames,
    sentinels: sentinelNames,
    clientCertificates: {
      description: 'Whether a client must show a certificate; otherwise a password is enough.',
      default: true,
    },
  },
  check: (resources, { redis, sentinels, clientCertificates }) => [
    ...judgeConf(resources, redis, 'redis.conf', (directives) => problems(directives, clientCertificates)),
    ...judgeConf(resources, sentinels, 'sentinel.conf', (directives) =>
      problems(directives, clientCertificates),
    ),
  ],
});
