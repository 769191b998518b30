import type { Properties } from '../protocol';

const HOUR_MS = 3_600_000;

/**
 * Whether a certificate is within `earlyRenewalHours` of its end, or past it. False while either is not known: then
 * it has not been made yet, or changes for another reason.
 * @param outputs a certificate's, with `validityEndTime` as RFC 3339.
 */
export function isDue(outputs: Properties, now = Date.now()): boolean {
  const { validityEndTime, earlyRenewalHours } = outputs;
  if (typeof validityEndTime !== 'string' || typeof earlyRenewalHours !== 'number') return false;
  return Date.parse(validityEndTime) - earlyRenewalHours * HOUR_MS <= now;
}
