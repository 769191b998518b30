import { isObject, type Value } from '../protocol';
import { listAt, numberAt, textAt } from './objects';

/** What the API server answered instead of what was asked for. */
export class ApiError extends Error {
  constructor(
    /** The HTTP status. */
    readonly code: number,
    /** Kubernetes' word for it: `AlreadyExists`, `Conflict`, `Invalid`… */
    readonly reason: string,
    message: string,
    /** What is wrong, one entry a field. */
    readonly causes: readonly { readonly field: string; readonly message: string }[] = [],
  ) {
    super(message);
  }

  static of(code: number, body: Value | string): ApiError {
    if (!isObject(body) || typeof body['message'] !== 'string') {
      return new ApiError(
        code,
        '',
        typeof body === 'string' && body !== '' ? body.trim() : `HTTP status ${code}`,
      );
    }
    const causes = listAt(body, 'details', 'causes').map((cause) => ({
      field: textAt(cause, 'field') ?? '',
      message: textAt(cause, 'message') ?? '',
    }));
    return new ApiError(
      numberAt(body, 'code') ?? code,
      textAt(body, 'reason') ?? '',
      body['message'],
      causes,
    );
  }
}

/** The API server did not answer, or there is no usable kubeconfig. */
export class UnreachableError extends Error {}

/** Whether the server itself is in trouble, as while it restarts, rather than the request. */
export function isServerTrouble(error: unknown): boolean {
  return error instanceof UnreachableError || (error instanceof ApiError && error.code >= 500);
}

/** Whether the object was changed by others between reading and writing it. */
export function isOutdated(error: unknown): boolean {
  return error instanceof ApiError && (error.code === 409 || error.code === 422);
}

export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.code === 404;
}

export function isAlreadyExists(error: unknown): boolean {
  return error instanceof ApiError && error.reason === 'AlreadyExists';
}

export function isForbidden(error: unknown): boolean {
  return error instanceof ApiError && error.code === 403;
}

export function isConflict(error: unknown): error is ApiError {
  return error instanceof ApiError && error.code === 409 && error.reason === 'Conflict';
}

/** Whether a create failed because its namespace is not there (yet). */
export function isNamespaceMissing(error: unknown): boolean {
  return isNotFound(error) && /^namespaces ".*" not found/.test((error as ApiError).message);
}

/**
 * Whether the refusal passes by itself: the namespace was made a moment ago and what comes with one (its default
 * service account, its quotas' first count) is not there yet, or the one before it is not gone yet.
 */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  return (
    isNamespaceMissing(error) ||
    (error.code === 403 &&
      /serviceaccount ".*" not found|status unknown for quota|because it is being terminated/.test(
        error.message,
      ))
  );
}

/** The field managers that a conflict of server-side apply names. */
export function conflictingManagers(error: ApiError): readonly string[] {
  return error.causes.flatMap(({ message }) => /^conflict with "(.*?)"/.exec(message)?.[1] ?? []);
}

/** The error's words; of a conflict, with what can be done about it. */
export function explain(error: unknown, fieldManager?: string): string {
  if (!(error instanceof Error)) return String(error);
  if (isAlreadyExists(error)) {
    return (
      `${error.message}. If another resource of this or another stack manages it, give one of them another name; ` +
      'if the resource was renamed in the program, add an alias to it; if the object should be managed from now on, ' +
      'bring it into the state with `pulumi import`; if it is a leftover, delete it'
    );
  }
  if (isConflict(error) && error.causes.length > 0) {
    return (
      `server-side apply conflict: the fields below are managed by others than ${fieldManager ?? 'this resource'}. ` +
      'Leave them out of the program (or add them to ignoreChanges), or take them back by the annotation ' +
      `pulumi.com/patchForce: "true" or the provider's enablePatchForce. ${error.message}`
    );
  }
  return error.message;
}
