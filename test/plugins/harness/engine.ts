import * as grpc from '@grpc/grpc-js';
import { EngineService } from '@pulumi/pulumi/proto/engine_grpc_pb';
import { LogSeverity, type LogRequest } from '@pulumi/pulumi/proto/engine_pb';
import { Empty } from 'google-protobuf/google/protobuf/empty_pb';

/** A line that a plugin told the user. */
export interface Line {
  readonly severity: 'debug' | 'info' | 'warning' | 'error';
  readonly urn: string;
  readonly message: string;
  /** Replaced by the next line: progress. */
  readonly ephemeral: boolean;
}

const SEVERITIES: Readonly<Record<number, Line['severity']>> = {
  [LogSeverity.DEBUG]: 'debug',
  [LogSeverity.INFO]: 'info',
  [LogSeverity.WARNING]: 'warning',
  [LogSeverity.ERROR]: 'error',
};

/** As much of an engine as a plugin talks to: it keeps the lines. */
export class Engine {
  readonly lines: Line[] = [];
  private readonly server = new grpc.Server();

  /** Listens on loopback and returns the address for the plugin. */
  async start(): Promise<string> {
    this.server.addService(EngineService, {
      log: (call: grpc.ServerUnaryCall<LogRequest, Empty>, callback: grpc.sendUnaryData<Empty>) => {
        const request = call.request;
        this.lines.push({
          severity: SEVERITIES[request.getSeverity()] ?? 'info',
          urn: request.getUrn(),
          message: request.getMessage(),
          ephemeral: request.getEphemeral(),
        });
        callback(null, new Empty());
      },
    });
    return new Promise((resolve, reject) => {
      this.server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
        if (error === null) resolve(`127.0.0.1:${port}`);
        else reject(error);
      });
    });
  }

  stop(): void {
    this.server.forceShutdown();
  }
}
