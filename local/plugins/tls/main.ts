import { serve, type CheckFailure } from '../protocol';
import { tlsTypes } from './resources';

/** Written in by the bundler: the version of the npm package that the plugin stands for. */
declare const PLUGIN_VERSION: string;

serve({
  name: 'tls',
  version: PLUGIN_VERSION,
  types: Object.keys(tlsTypes),
  resourceType: (token) => tlsTypes[token],
  checkConfig({ news }) {
    const reason =
      'proxy is not supported by the embedded tls plugin: it makes no connections; leave it out, or use the official plugin';
    const failures: CheckFailure[] = news['proxy'] === undefined ? [] : [{ property: 'proxy', reason }];
    return { inputs: news, failures };
  },
});
