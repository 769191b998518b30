/** Set by the bundler to the version of the npm package that the plugin serves. */
declare const PLUGIN_VERSION: string | undefined;

/** The version of the package that the plugin serves, without `v`; sources that run unbundled are `0.0.0`. */
export const pluginVersion: string = typeof PLUGIN_VERSION === 'undefined' ? '0.0.0' : PLUGIN_VERSION;
