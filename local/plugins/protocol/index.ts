export * from './plugin';
export { serve } from './serve';
export * from './values';
export { pluginVersion } from './version';
