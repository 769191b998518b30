import { reloaderResources } from '../components/workload/reloader';
import { jobCpu, jobMemory, jobPods } from '../components/sessions/objects';
import { environments } from '../stacks/environments';
import { leastMaxmemory, maxmemoryPart, storagePerMaxmemory } from '../stacks/checks';
import { environmentNames } from '../stacks/schema';
import { type Setting, settings } from '../stacks/settings';

const all = settings();
const leaves = all.filter(({ description }) => description !== '');
const topLevel = all[0]?.keys ?? [];

const below = (key: string): Setting[] =>
  leaves.filter(({ path }) => path === key || path.startsWith(`${key}.`) || path.startsWith(`${key}[]`));

// Quoted as prettier quotes.
const yamlText = (text: string): string => (text.includes("'") ? JSON.stringify(text) : `'${text}'`);

/**
 * The keys of Pulumi.yaml's `config:`.
 *
 * They have a default each and no type: the engine would refuse a missing key or a wrong type by itself, one
 * problem at a time and without what is allowed, before the program could name all of them.
 */
export function configBlock(): string {
  return topLevel
    .map((key) => {
      const inside = below(key);
      const [first] = inside;
      const description =
        first?.path === key
          ? `${first.description} Allowed: ${first.allowed}.`
          : `Settings: ${inside.map(({ path }) => path.slice(key.length).replace(/^(\[\])?\./, '')).join(', ')}.`;
      return `  ${key}:\n    description: ${yamlText(description)}\n    default: ${blank(key)}\n`;
    })
    .join('');
}

// What stands for "left out": the program then takes the environment's value.
const blank = (key: string): string => {
  const setting = all.find(({ path }) => path === key);
  if (setting?.keys !== undefined) return '{}';
  return setting?.allowed === 'a list' ? '[]' : "''";
};

function defaultOf(path: string, defaults: object): string {
  const value = path
    .replace(/\[\]$/, '')
    .split('.')
    .reduce<unknown>((of, key) => (of as Record<string, unknown> | undefined)?.[key], defaults);
  if (Array.isArray(value)) return value.map((one) => `\`${one}\``).join(', ');
  return ['string', 'number', 'boolean'].includes(typeof value) ? `\`${String(value)}\`` : '';
}

function item({ path, description, allowed }: Setting): string {
  const defaults = environmentNames
    .map((name) => [name, defaultOf(path, environments[name])])
    .filter(([, value]) => value !== '')
    .map(([name, value]) => ` In ${name}: ${value}.`);
  return `- \`${path}\`: ${description}${defaults.join('')} Allowed: ${allowed}.`;
}

/** The reference of all settings, as Markdown. */
export function reference(): string {
  return `# Configuration

<!-- Made from stacks/schema.ts by scripts/generate.ts. -->

A stack's settings are in \`Pulumi.STACK.yaml\`. Only \`environment\` must be there; it decides the value of everything that
is left out. Set one with \`pulumi config set --path\`:

\`\`\`sh
pulumi config set environment dev
pulumi config set --path redis.storage.size 2Gi
pulumi config set --path 'clients[0].namespace' shop
pulumi config set --path 'clients[0].podLabels.app' web
\`\`\`

A configuration is judged as a whole before anything is created: unknown keys, wrong types and sizes that do not fit each
other are refused in one message, each with what is allowed.

${topLevel.map((key) => `## ${key}\n\n${below(key).map(item).join('\n')}\n`).join('\n')}
## Between settings

- \`redis.maxmemory\` is at least ${leastMaxmemory} and at most ${maxmemoryPart.standalone * 100} % of \`redis.memory\`, in mode
  sentinel ${maxmemoryPart.sentinel * 100} %: connections, buffers, saving and replication need the rest.
- \`redis.storage.size\` is at least ${storagePerMaxmemory} times \`redis.maxmemory\`: the append-only file, its rewritten copy and a snapshot.
- \`redis.pods\` is 1 in mode standalone, at least 3 in mode sentinel, and at most \`redis.maxPods\`; \`sentinel.pods\` is odd.
- \`quota\` holds at least what \`redis.maxPods\` pods of Redis, Sentinels in mode sentinel, and ${jobPods} pods of jobs ask for;
  a job ${jobCpu} of CPU and ${jobMemory} of memory; with TLS, a pod of Redis also ${reloaderResources.cpu} and ${reloaderResources.memory}.
- \`scale\` is applied before any of this is judged.
- \`tls.renewBeforeDays\` is below \`tls.certificateDays\`, and that below \`tls.authorityDays\`.
- \`tls.authorities\` has one name or more, each once. TLS is in mode standalone only, so far.
- A \`ttlSeconds\` is at most the \`maxAgeSeconds\` beside it.
- \`clients\` are of other namespaces, each once. In the platform's own namespace a pod is a client by the label
  \`session-database/client: "true"\`.
`;
}
