import { serve } from '../protocol';
import { randomTypes } from './resources';

/** Written in by the bundler: the version of the npm package that the plugin stands for. */
declare const PLUGIN_VERSION: string;

serve({
  name: 'random',
  version: PLUGIN_VERSION,
  types: Object.keys(randomTypes),
  resourceType: (token) => randomTypes[token],
});
