import { type Container, containersOf, type Handler } from '../../model/pods';
import { missing, onPods } from '../../model/podRule';
import { resourceRule } from '../../model/rule';
import { isNamed, redisNames } from '../../model/servers';
import { serves } from './servers';

const kinds = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const;

interface Probe extends Handler {
  readonly periodSeconds?: number;
  readonly failureThreshold?: number;
}

const probeOf = (container: Container, kind: (typeof kinds)[number]): Probe | undefined =>
  container[kind] ?? undefined;

/** What a probe asks, to be compared. */
const questionOf = ({ exec, httpGet, tcpSocket, grpc }: Probe): string =>
  JSON.stringify([exec?.command, httpGet?.path, httpGet?.port, tcpSocket?.port, grpc?.port]);

/** Seconds until a probe gives up; the numbers of those that say none are Kubernetes'. */
const patienceOf = ({ periodSeconds = 10, failureThreshold = 3 }: Probe): number =>
  periodSeconds * failureThreshold;

/** A liveness that ends what readiness would only have taken out of its Service. */
function isHasty(container: Container): boolean {
  const [liveness, readiness] = [probeOf(container, 'livenessProbe'), probeOf(container, 'readinessProbe')];
  return (
    liveness !== undefined &&
    readiness !== undefined &&
    questionOf(liveness) === questionOf(readiness) &&
    patienceOf(liveness) <= patienceOf(readiness)
  );
}

const local = /^(?:localhost|127(?:\.\d+){3}|\[::1\]|\$.*)$/;

/** The hosts of others that a command names: in addresses, and as Services. Without what comes before an @. */
function hostsOf(command: readonly string[]): string[] {
  const text = command.join(' ');
  const addresses = [...text.matchAll(/\w:\/\/(?:[^@/\s]*@)?(\[[^\]\s]*\]|[^/:\s'"]+)/g)];
  const services = [...text.matchAll(/((?:[\w-]+\.)+svc)(?![\w-])/g)];
  const hosts = [...addresses, ...services].map(([, host = '']) => host);
  return [...new Set(hosts.filter((host) => !local.test(host)))];
}

/** Somebody who looks. */
export const probes = resourceRule<{ redis: readonly string[] }>({
  id: 'probes',
  demand:
    'Containers that serve have a readiness and a more patient liveness probe, Redis a startup probe, and none depends on another machine.',
  reason:
    'Without them clients are sent to what is not ready, and what hangs stays. A probe that is hasty or asks others restarts everything at once when one thing is slow; Redis would be killed while it loads its data.',
  remedy: 'Let every probe ask its own container, and let liveness give up after readiness.',
  severity: 'medium',
  reference: { framework: 'session-database', control: 'Availability' },
  settings: { redis: redisNames },
  check: onPods((pods, { redis }, resource) =>
    containersOf(pods).flatMap(({ container, path, list }) => {
      const wanted =
        !serves(resource, pods) || list !== 'containers' ? [] : kinds.slice(0, isNamed(pods, redis) ? 3 : 2);
      return [
        ...wanted
          .filter((kind) => probeOf(container, kind) === undefined)
          .flatMap((kind) => missing(pods, `${path}.${kind} is missing`)),
        ...(isHasty(container)
          ? [`${path}.livenessProbe asks what readinessProbe asks, and gives up no later`]
          : []),
        ...kinds.flatMap((kind) =>
          hostsOf(probeOf(container, kind)?.exec?.command ?? []).map(
            (host) => `${path}.${kind} depends on ${host}`,
          ),
        ),
      ];
    }),
  ),
});
