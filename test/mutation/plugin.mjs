// What Stryker loads: our runner of tests and our table, which are TypeScript.
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import { require } from 'tsx/cjs/api';

const { Runner } = require('./runner.ts', import.meta.url);
const { Folders } = require('./folders.ts', import.meta.url);

export const strykerPlugins = [
  declareClassPlugin(PluginKind.TestRunner, 'loaded', Runner),
  declareClassPlugin(PluginKind.Reporter, 'folders', Folders),
];
