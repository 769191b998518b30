import * as grpc from '@grpc/grpc-js';
import { ResourceProviderService } from '@pulumi/pulumi/proto/provider_grpc_pb';
import { Engine } from './engine';
import { Handlers } from './handlers';
import type { Plugin } from './plugin';
import { statusOf } from './status';

/** The engine's own limit. */
const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;
const PARENT_POLL_MS = 1000;

const METHODS = [
  'getPluginInfo',
  'attach',
  'cancel',
  'getSchema',
  'checkConfig',
  'diffConfig',
  'configure',
  'check',
  'diff',
  'create',
  'read',
  'update',
  'delete',
] as const;

/**
 * Serves the plugin as the engine expects of an executable: the engine's address is an argument, the port goes to
 * standard output, and the process ends on SIGINT or SIGTERM, or when the process that started it is gone.
 */
export function serve(plugin: Plugin): void {
  const engine = new Engine(process.argv.slice(2).find((argument) => !argument.startsWith('-')));
  const handlers = new Handlers(plugin, engine);
  const options = {
    'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
    'grpc.max_send_message_length': MAX_MESSAGE_BYTES,
  };
  const server = new grpc.Server(options);
  const unary =
    (name: (typeof METHODS)[number]): grpc.handleUnaryCall<unknown, unknown> =>
    (call, callback) => {
      void Promise.resolve()
        .then((): unknown => handlers[name](call.request as never))
        .finally(() => engine.flush())
        .then((response) => callback(null, response))
        .catch((error: unknown) => callback(statusOf(error)));
    };
  server.addService(ResourceProviderService, Object.fromEntries(METHODS.map((name) => [name, unary(name)])));

  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(0));
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit(0);
  }, PARENT_POLL_MS).unref();

  server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error !== null) {
      process.stderr.write(`the ${plugin.name} plugin cannot listen on loopback: ${error.message}\n`);
      process.exit(1);
    }
    process.stdout.write(`${port}\n`);
  });
}
