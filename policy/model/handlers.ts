import type { Container, Handler } from './pods';

/** A probe or a hook and where it is in its container. */
export interface Placed {
  readonly place: string;
  readonly handler: Handler;
}

/** The ways in which a container is called from outside. */
export const handlersOf = ({ livenessProbe, readinessProbe, startupProbe, lifecycle }: Container): Placed[] =>
  Object.entries({
    livenessProbe,
    readinessProbe,
    startupProbe,
    'lifecycle.postStart': lifecycle?.postStart,
    'lifecycle.preStop': lifecycle?.preStop,
  }).flatMap(([place, handler]) =>
    (handler ?? undefined) === undefined ? [] : [{ place, handler: handler! }],
  );
