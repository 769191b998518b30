/**
 * How long an update waits for pods. A rolling update of Redis copies all data for each pod and goes on only when it is in
 * sync; the provider's ten minutes would end the run in the middle of it.
 */
export const rolloutTimeouts = { create: '15m', update: '60m' } as const;
