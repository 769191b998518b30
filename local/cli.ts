import { parseArgs } from 'node:util';
import { clean, cleanCache, down } from './commands/down';
import { cutNodes, failNode, healAll } from './commands/faults';
import { upEngine } from './commands/engine';
import { preview } from './commands/preview';
import { status } from './commands/status';
import { up } from './commands/up';
import { destroy } from './engine/stack';
import { paths } from './paths';
import { Steps } from './steps';

const usage = `usage: cli.ts up [--stack S] [--kubeconfig F] [--refresh] [--cluster-only]
       cli.ts engine | preview [STACK...] [--kubeconfig F]
       cli.ts down | clean | clean-cache | status | destroy [--stack S] [--kubeconfig F]
       cli.ts fail NODE | cut NODE NODE | heal`;

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      stack: { type: 'string', default: 'dev' },
      kubeconfig: { type: 'string' },
      refresh: { type: 'boolean', default: false },
      'cluster-only': { type: 'boolean', default: false },
    },
  });
  const [command, ...names] = positionals;
  const kubeconfig = values.kubeconfig || undefined;
  switch (command) {
    case 'up':
      return up({
        stack: values.stack,
        refresh: values.refresh,
        clusterOnly: values['cluster-only'],
        ...(kubeconfig === undefined ? {} : { kubeconfig }),
      });
    case 'engine':
      return upEngine(new Steps());
    case 'preview':
      return preview(names, kubeconfig);
    case 'destroy':
      return destroy({
        stack: values.stack,
        kubeconfig: kubeconfig ?? paths.kubeconfig,
        onLine: console.log,
      });
    case 'down':
      return down();
    case 'clean':
      return clean();
    case 'clean-cache':
      return cleanCache();
    case 'status':
      return status();
    case 'fail':
      return failNode(names[0]);
    case 'cut':
      return cutNodes(names[0], names[1]);
    case 'heal':
      return healAll();
    default:
      throw new Error(usage);
  }
}

// `make status | head` closes the pipe early, which is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

main().catch((error: unknown) => {
  console.error(`\n✖ ${error instanceof Error ? error.message : String(error)}`);
  console.error('  Nothing that was done is lost: mend this, and run the same command again.');
  process.exitCode = 1;
});
