import * as grpc from '@grpc/grpc-js';
import { ErrorResourceInitFailed } from '@pulumi/pulumi/proto/provider_pb';
import { Status } from '@pulumi/pulumi/proto/status_pb';
import { Any } from 'google-protobuf/google/protobuf/any_pb';
import { InitializationError } from './plugin';
import { encodeStruct } from './values';

/**
 * The gRPC status of a failed call: the error's own words, and for a resource that exists but is not ready the
 * detail by which the engine keeps it in the state.
 */
export function statusOf(error: unknown): Partial<grpc.StatusObject> {
  const details = error instanceof Error ? error.message : String(error);
  if (!(error instanceof InitializationError)) return { code: grpc.status.UNKNOWN, details };

  const failure = new ErrorResourceInitFailed();
  failure.setId(error.partial.id);
  failure.setProperties(encodeStruct(error.partial.outputs));
  failure.setReasonsList([...error.partial.reasons]);
  if (error.partial.inputs !== undefined) failure.setInputs(encodeStruct(error.partial.inputs));
  const any = new Any();
  any.pack(failure.serializeBinary(), 'pulumirpc.ErrorResourceInitFailed');
  const status = new Status();
  status.setCode(grpc.status.UNKNOWN);
  status.setMessage(details);
  status.addDetails(any);
  const metadata = new grpc.Metadata();
  metadata.add('grpc-status-details-bin', Buffer.from(status.serializeBinary()));
  return { code: grpc.status.UNKNOWN, details, metadata };
}
