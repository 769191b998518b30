// Shows on the running stack what the session API does, with a made-up user.
import { coloured, paint } from './demo/paint';
import { demo } from './demo/story';
import { openRedis } from './redis';
import { scriptOptions } from './stack';

const stop = new AbortController();
let closed = false;

async function main(): Promise<void> {
  const { stack, kubeconfig } = scriptOptions();
  const redis = await openRedis(stack, kubeconfig);
  // Until now nothing has been written; from now on the demo removes it before it ends. A second signal ends it at once.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => stop.abort(new Error('interrupted')));
  }
  // `make demo | head` closes the pipe early, which is no failure.
  process.stdout.on('error', () => {
    closed = true;
    stop.abort(new Error('nobody reads on'));
  });
  const colours = coloured(process.stdout.isTTY, process.env['NO_COLOR']);
  try {
    await demo(redis.connectAs, (line, style) => console.log(colours ? paint(line, style) : line), {
      signal: stop.signal,
    });
  } finally {
    redis.close();
  }
}

main().then(
  () => process.exit(0), // a tunnel's web socket would keep the process for its time-out
  (error: unknown) => {
    if (closed) process.exit(0);
    console.error(`✖ ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  },
);
