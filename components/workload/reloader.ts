import type { Resources } from './pod';

/** What a container that has a server take up renewed certificates asks for. */
export const reloaderResources: Resources = { cpu: '5m', memory: '16Mi', ephemeralStorage: '16Mi' };

/** How often it looks for them. Secrets reach a pod within a minute or two; looking often costs little. */
export const reloadSeconds = 5;
