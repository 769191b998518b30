// A module of its own because the client library is an ECMAScript module only.
import { existsSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import { homedir } from 'node:os';
import path from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import type { ClusterAccess, ClusterChoice } from './cluster-access.js';

function load(given: string | undefined): KubeConfig {
  const config = new KubeConfig();
  if (given === undefined) {
    config.loadFromDefault();
    // What the library makes up when it finds nothing is no cluster that anybody meant.
    if (config.getCurrentCluster()?.server === 'http://localhost:8080') {
      throw new Error("there is no kubeconfig: set KUBECONFIG or the provider's kubeconfig");
    }
    return config;
  }
  const files = given
    .split(path.delimiter)
    .map((file) => (file.startsWith('~/') ? path.join(homedir(), file.slice(2)) : file));
  if (!given.includes('\n') && files.every((file) => existsSync(file))) {
    const [first, ...others] = files;
    config.loadFromFile(first ?? given);
    for (const file of others) {
      const other = new KubeConfig();
      other.loadFromFile(file);
      config.mergeConfig(other, true);
    }
    return config;
  }
  if (!/[\n{]/.test(given)) throw new Error(`the kubeconfig ${given} does not exist`);
  config.loadFromString(given);
  return config;
}

/** Loads the kubeconfig and chooses context and cluster in it; throws when any of them is not to be had. */
export function accessOf(choice: ClusterChoice): ClusterAccess {
  const config = load(choice.kubeconfig);
  if (choice.context !== undefined) config.setCurrentContext(choice.context);
  const context = config.getContextObject(config.getCurrentContext());
  if (context === null) {
    const names = config.getContexts().map(({ name }) => name);
    throw new Error(
      `the kubeconfig has no context "${config.getCurrentContext()}"; it has: ${names.join(', ')}`,
    );
  }
  if (choice.cluster !== undefined) {
    const cluster = choice.cluster;
    config.contexts = config.contexts.map((entry) => (entry === context ? { ...entry, cluster } : entry));
  }
  const cluster = config.getCurrentCluster();
  if (cluster === null) {
    throw new Error(`the kubeconfig has no cluster "${choice.cluster ?? context.cluster}"`);
  }
  return {
    server: cluster.server,
    identity: `${cluster.server} ${cluster.caData ?? cluster.caFile ?? ''}`,
    namespace: context.namespace,
    proxied: cluster.proxyUrl !== undefined,
    credentials: async () => {
      const options: RequestOptions = {};
      await config.applyToHTTPSOptions(options);
      return options;
    },
  };
}
