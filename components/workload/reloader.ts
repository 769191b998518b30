import type { Resources, Sidecar } from './pod';

/** What a container that has a server take up renewed certificates asks for. */
export const reloaderResources: Resources = { cpu: '5m', memory: '16Mi', ephemeralStorage: '16Mi' };

// Secrets reach a pod within a minute or two; looking often costs little.
const seconds = 5;

/**
 * The container that has a server take up renewed certificates: they reach the pod as other files, and the server has to be told.
 * @param command - the script, and its arguments but the last: how often it looks, in seconds
 * @param volumes - what it sees
 */
export const reloader = (command: readonly string[], volumes: readonly string[]): Sidecar => ({
  name: 'reloader',
  command: [...command, String(seconds)],
  resources: reloaderResources,
  volumes,
});
