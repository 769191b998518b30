import http from 'node:http';
import https from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Value } from '../protocol';
import { ApiError, UnreachableError } from './api-error';
import type { ClusterAccess } from './cluster-access';
import type { Config } from './config';
import { pathOf, type Kind } from './kinds';
import { listAt, nameOf, namespaceOf, type KubeObject } from './objects';

const REQUEST_TIMEOUT_MS = 60_000;
/** Credentials that a command or a file gives are asked for again after this long. */
const CREDENTIALS_MS = 60_000;
const ATTEMPTS = 4;
const RETRY_MS = 300;
// Where a request met no server in all its attempts, those that follow ask once: a preview without a cluster has hundreds.
const GONE_MS = 10_000;

type Query = Readonly<Record<string, string | undefined>>;

interface Request {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Query;
  readonly body?: Value;
  readonly contentType?: string;
  readonly signal?: AbortSignal;
}

interface Response {
  readonly status: number;
  readonly retryAfterSeconds: number | undefined;
  readonly text: string;
}

/** The request was never taken up, so that sending it again does nothing twice. */
class NotSentError extends Error {}

/** How a write is to be made. */
export interface WriteOptions {
  readonly fieldManager?: string;
  /** Only say what would become of it. */
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
}

/** A connection to an API server: objects of any kind as JSON. */
export class Client {
  private options: https.RequestOptions | undefined;
  private optionsAt = 0;
  private agent: https.Agent | http.Agent | undefined;
  private goneAt = -Infinity;

  constructor(private readonly config: Pick<Config, 'access' | 'problem'>) {}

  async get(
    kind: Kind,
    namespace: string | undefined,
    name: string,
    signal?: AbortSignal,
  ): Promise<KubeObject> {
    return this.send({ method: 'GET', path: pathOf(kind, namespace, name), ...(signal && { signal }) });
  }

  /** The objects of a kind in a namespace; selectors as the API has them (`app=redis`, `metadata.name=x`). */
  async list(
    kind: Kind,
    namespace: string | undefined,
    selectors: { readonly labels?: string; readonly fields?: string } = {},
  ): Promise<readonly KubeObject[]> {
    const query = { labelSelector: selectors.labels, fieldSelector: selectors.fields };
    const list = await this.send({ method: 'GET', path: pathOf(kind, namespace), query });
    return listAt(list, 'items') as readonly KubeObject[];
  }

  /** Creates the object; an existing one is an error. */
  async create(kind: Kind, object: KubeObject, options: WriteOptions): Promise<KubeObject> {
    return this.send({
      method: 'POST',
      path: pathOf(kind, namespaceOf(object)),
      // A misspelt field would be dropped without a word, and be a difference for ever.
      query: { ...writeQuery(options), fieldValidation: 'Strict' },
      body: object,
      ...(options.signal && { signal: options.signal }),
    });
  }

  /** Server-side apply of the object; fields that others manage are a conflict unless forced. */
  async apply(
    kind: Kind,
    object: KubeObject,
    options: WriteOptions & { readonly force: boolean },
  ): Promise<KubeObject> {
    return this.send({
      method: 'PATCH',
      path: pathOf(kind, namespaceOf(object), nameOf(object)),
      query: { ...writeQuery(options), force: String(options.force) },
      body: object,
      contentType: 'application/apply-patch+yaml',
      ...(options.signal && { signal: options.signal }),
    });
  }

  /** A JSON patch (RFC 6902) of an object. */
  async patch(
    kind: Kind,
    namespace: string | undefined,
    name: string,
    operations: Value,
  ): Promise<KubeObject> {
    return this.send({
      method: 'PATCH',
      path: pathOf(kind, namespace, name),
      body: operations,
      contentType: 'application/json-patch+json',
    });
  }

  /** Asks for the deletion of an object; it may take its time. */
  async delete(kind: Kind, namespace: string | undefined, name: string, propagation: string): Promise<void> {
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: propagation };
    await this.send({ method: 'DELETE', path: pathOf(kind, namespace, name), body });
  }

  /** Whether there is a server, whatever it says. */
  async answers(): Promise<boolean> {
    try {
      await this.send({ method: 'GET', path: '/version' });
    } catch (error) {
      if (error instanceof UnreachableError) return false;
    }
    return true;
  }

  private async send(request: Request): Promise<KubeObject> {
    const attempts = Date.now() - this.goneAt < GONE_MS ? 1 : ATTEMPTS;
    for (let attempt = 1; ; attempt += 1) {
      const last = attempt >= attempts;
      try {
        const response = await this.exchange(request);
        if (response.status < 400) return JSON.parse(response.text) as KubeObject;
        if (response.status === 401 && attempt === 1) this.optionsAt = 0;
        else if (last || ![429, 503].includes(response.status)) throw errorOf(response);
        await sleep((response.retryAfterSeconds ?? 0) * 1000 || RETRY_MS * attempt, undefined, {
          signal: request.signal,
        });
      } catch (error) {
        const again =
          error instanceof NotSentError || (error instanceof UnreachableError && request.method === 'GET');
        if (last && error instanceof NotSentError) this.goneAt = Date.now();
        if (!again || last) throw error instanceof NotSentError ? new UnreachableError(error.message) : error;
        await sleep(RETRY_MS * attempt, undefined, { signal: request.signal });
      }
    }
  }

  private async exchange(request: Request): Promise<Response> {
    const { options, server } = await this.connection();
    const url = new URL(server.replace(/\/$/, '') + request.path);
    for (const [key, value] of Object.entries(request.query ?? {})) {
      if (value !== undefined) url.searchParams.set(key, value);
    }
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    const headers: http.OutgoingHttpHeaders = {
      ...(options.headers as http.OutgoingHttpHeaders | undefined),
      accept: 'application/json',
      ...(body === undefined
        ? {}
        : {
            'content-type': request.contentType ?? 'application/json',
            'content-length': Buffer.byteLength(body),
          }),
    };
    return new Promise((resolve, reject) => {
      const module = url.protocol === 'http:' ? http : https;
      const call = module.request(
        url,
        {
          method: request.method,
          headers,
          timeout: REQUEST_TIMEOUT_MS,
          ...(options.auth === undefined ? {} : { auth: options.auth }),
          ...(this.agent === undefined ? {} : { agent: this.agent }),
          ...(request.signal === undefined ? {} : { signal: request.signal }),
        },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('error', fail);
          answer.on('end', () => {
            const retryAfter = Number(answer.headers['retry-after']);
            resolve({
              status: answer.statusCode ?? 0,
              retryAfterSeconds: Number.isFinite(retryAfter) ? retryAfter : undefined,
              text: Buffer.concat(chunks).toString('utf8'),
            });
          });
        },
      );
      const fail = (error: NodeJS.ErrnoException): void => {
        if (request.signal?.aborted === true) return reject(error);
        const message = `cannot reach the Kubernetes API server at ${url.origin}: ${error.message}`;
        const notSent =
          ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'].includes(
            error.code ?? '',
          ) ||
          // The server closed an idle connection just when it was used again.
          (call.reusedSocket && ['ECONNRESET', 'EPIPE'].includes(error.code ?? ''));
        reject(notSent ? new NotSentError(message) : new UnreachableError(message));
      };
      call.on('error', fail);
      call.on('timeout', () => call.destroy(new Error(`no answer within ${REQUEST_TIMEOUT_MS / 1000} s`)));
      call.end(body);
    });
  }

  private async connection(): Promise<{ readonly options: https.RequestOptions; readonly server: string }> {
    const { access, problem } = this.config;
    if (access === undefined) throw new UnreachableError(problem ?? 'there is no kubeconfig');
    if (this.options === undefined || Date.now() - this.optionsAt > CREDENTIALS_MS) {
      const options = await credentials(access);
      if (this.agent === undefined || !sameIdentity(options, this.options)) {
        this.agent = agentOf(options, access);
      }
      this.options = options;
      this.optionsAt = Date.now();
    }
    return { options: this.options, server: access.server };
  }
}

async function credentials(access: ClusterAccess): Promise<https.RequestOptions> {
  try {
    return await access.credentials();
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new UnreachableError(`the kubeconfig's credentials cannot be used: ${words}`);
  }
}

function sameIdentity(left: https.RequestOptions, right: https.RequestOptions | undefined): boolean {
  return (['ca', 'cert', 'key'] as const).every(
    (part) => JSON.stringify(left[part]) === JSON.stringify(right?.[part]),
  );
}

/** One agent for all requests, so that connections are used again; a proxy's agent is left as it comes. */
function agentOf(
  options: https.RequestOptions,
  { server, proxied }: ClusterAccess,
): https.Agent | http.Agent | undefined {
  if (proxied) return options.agent as https.Agent;
  const pool = { keepAlive: true, maxSockets: 16 };
  if (server.startsWith('http:')) return new http.Agent(pool);
  const tls = Object.fromEntries(
    (['ca', 'cert', 'key', 'passphrase', 'pfx', 'rejectUnauthorized', 'servername'] as const)
      .map((key) => [key, options[key]] as const)
      .filter(([, value]) => value !== undefined),
  );
  return new https.Agent({ ...pool, ...tls });
}

function errorOf({ status, text }: Response): ApiError {
  try {
    return ApiError.of(status, JSON.parse(text) as Value);
  } catch {
    return ApiError.of(status, text);
  }
}

function writeQuery({ fieldManager, dryRun }: WriteOptions): Query {
  return { fieldManager, dryRun: dryRun === true ? 'All' : undefined };
}
