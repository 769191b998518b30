import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** The checkout's root folder. */
export const checkout = resolve(__dirname, '..');

const platform = join(checkout, '.platform');
const cache = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'session-database');

/**
 * Every folder and file the embedded platform writes to. All of it is in the checkout's ignored folder, but for
 * the cache (built tools, images and what examples need, by content, shared by checkouts) and `runtime` (who holds the machine).
 */
export const paths = {
  platform,
  /** Executables and wrappers for people: `kubectl`, `pulumi`. */
  bin: join(platform, 'bin'),
  logs: join(platform, 'logs'),
  kubeconfig: join(platform, 'kubeconfig'),
  /** One folder for each machine of the cluster: its disk. */
  machines: join(platform, 'machines'),
  pki: join(platform, 'pki'),
  /** PULUMI_HOME of the embedded engine. */
  engineHome: join(platform, 'engine'),
  /** Stack states (Pulumi's file backend). */
  states: join(platform, 'states'),
  /** The project as the embedded engine sees it: stack settings with this machine's encryption salt. */
  project: join(platform, 'project'),
  passphrase: join(platform, 'passphrase'),
  tools: join(cache, 'tools'),
  images: join(cache, 'images'),
  /** JSON schemas of Kubernetes' objects, which `make check` makes. */
  schemas: join(cache, 'schemas'),
  /** What the examples for clients need of their languages' package registries. */
  examples: join(cache, 'examples'),
  results: join(checkout, 'results'),
  /** Machine-wide: which checkout holds the cluster's addresses, and what it started. */
  runtime: '/run/session-database',
} as const;
