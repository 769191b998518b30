import * as grpc from '@grpc/grpc-js';
import { EngineClient } from '@pulumi/pulumi/proto/engine_grpc_pb';
import { LogRequest, LogSeverity } from '@pulumi/pulumi/proto/engine_pb';
import type { Log } from './plugin';

/** The engine's side of the connection: where lines for the user go. */
export class Engine {
  private client: EngineClient | undefined;
  private readonly pending = new Set<Promise<void>>();

  constructor(address: string | undefined) {
    this.attach(address);
  }

  /** Uses another engine from now on; undefined means lines go nowhere. */
  attach(address: string | undefined): void {
    this.client?.close();
    this.client =
      address === undefined ? undefined : new EngineClient(address, grpc.credentials.createInsecure());
  }

  /** The lines of one resource. */
  log(urn: string): Log {
    const send = (severity: LogSeverity, message: string, ephemeral = false): void =>
      this.send(severity, message, urn, ephemeral);
    return {
      status: (message) => send(LogSeverity.INFO, message, true),
      debug: (message) => send(LogSeverity.DEBUG, message),
      info: (message) => send(LogSeverity.INFO, message),
      warning: (message) => send(LogSeverity.WARNING, message),
    };
  }

  /** Resolves when every line sent so far has arrived, so that none comes after its resource is done. */
  async flush(): Promise<void> {
    await Promise.all(this.pending);
  }

  private send(severity: LogSeverity, message: string, urn: string, ephemeral: boolean): void {
    const client = this.client;
    if (client === undefined) return;
    const request = new LogRequest();
    request.setSeverity(severity);
    request.setMessage(message);
    request.setUrn(urn);
    request.setEphemeral(ephemeral);
    // A line that cannot be delivered is no reason to fail the resource it is about.
    const sent = new Promise<void>((resolve) => client.log(request, () => resolve()));
    this.pending.add(sent);
    void sent.then(() => this.pending.delete(sent));
  }
}
