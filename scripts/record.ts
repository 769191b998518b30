import { runtime, secret } from '@pulumi/pulumi';

type Properties = Readonly<Record<string, unknown>>;

/** A resource as a program registered it. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  /** Names of the resource it belongs to, and of those that it was made after. */
  readonly parent: string;
  readonly dependencies: readonly string[];
  /** Name of the provider it was given; empty for the default one. */
  readonly provider: string;
  /** Inputs whose changes it leaves to others. */
  readonly ignoreChanges: readonly string[];
  /** What it was given, secrets as their plain values. */
  readonly inputs: Properties;
  /** Which of the inputs are or hold secrets. */
  readonly secrets: readonly string[];
  /** Whether it can be deleted only after that is taken back. */
  readonly protect: boolean;
  /** Longest times of its operations in seconds; 0 where the provider decides. */
  readonly timeouts: { readonly create: number; readonly update: number; readonly delete: number };
}

/** A run of a program: its resources in the order of their registration, without the stack, and what it returned. */
export interface Recording<T> {
  readonly resources: readonly Registered[];
  readonly result: T;
}

/** The part of the SDK's mock monitor that sees a registration as the engine would. */
interface Monitor {
  registerResource(
    request: {
      getType(): string;
      getName(): string;
      getParent(): string;
      getProvider(): string;
      getProtect(): boolean;
      getDependenciesList(): string[];
      getIgnorechangesList(): string[];
      getCustomtimeouts(): { getCreate(): string; getUpdate(): string; getDelete(): string } | undefined;
      getObject(): { toJavaScript(): Properties };
    },
    callback: unknown,
  ): unknown;
}

const secretMark = '4dabf18193072939515e22adb298388d';

/**
 * Runs a program without an engine. Inputs come back as outputs; a generated password is `passwordOf` its resource. A call
 * of a provider's function is an error, and so is what the program throws.
 * @param preview - run it as `pulumi preview` would: what is generated is not known yet
 */
export async function record<T>(program: () => T, preview = false): Promise<Recording<T>> {
  const resources: Registered[] = [];
  await runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => ({
        id: `${name}-id`,
        state: {
          ...(inputs as Properties),
          // A preview does not know what will be generated.
          ...(preview ? {} : generated(type, name)),
          ...(type === 'kubernetes:core/v1:Service' && !preview
            ? { spec: { clusterIP: addressOf(name), ...(inputs as { spec: object }).spec } }
            : {}),
        },
      }),
      call: ({ token }) => {
        throw new Error(`the program calls ${token}, which is not recorded`);
      },
    },
    'session-database',
    'test',
    preview,
  );
  const monitor = runtime.getMonitor() as unknown as Monitor;
  const register: Monitor['registerResource'] = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) => {
    const { inputs, secrets } = plain(request.getObject().toJavaScript());
    if (request.getType() !== 'pulumi:pulumi:Stack') {
      resources.push({
        type: request.getType(),
        name: request.getName(),
        parent: nameOf(request.getParent()),
        dependencies: request.getDependenciesList().map(nameOf),
        provider: nameOf(request.getProvider().replace(/::[^:]*$/, '')),
        ignoreChanges: request.getIgnorechangesList(),
        inputs,
        secrets,
        protect: request.getProtect(),
        timeouts: timeoutsOf(request.getCustomtimeouts()),
      });
    }
    return register(request, callback);
  };
  let result: { readonly value: T } | undefined;
  await runtime.runInPulumiStack(() => {
    result = { value: program() };
    return Promise.resolve({});
  });
  await runtime.disconnect();
  return { resources, result: result!.value };
}

// As the SDK sends them: 10m, 30s.
function timeoutsOf(of: ReturnType<Parameters<Monitor['registerResource']>[0]['getCustomtimeouts']>) {
  const seconds = (text = '') =>
    [...text.matchAll(/(\d+)([hms])/g)].reduce(
      (sum, [, count, unit]) => sum + Number(count) * { h: 3600, m: 60, s: 1 }[unit as 'h' | 'm' | 's'],
      0,
    );
  return {
    create: seconds(of?.getCreate()),
    update: seconds(of?.getUpdate()),
    delete: seconds(of?.getDelete()),
  };
}

/** Whether an output is secret, and its value. */
export async function known(output: object): Promise<[isSecret: boolean, value: unknown]> {
  const inner = output as { isSecret: Promise<boolean>; promise(): Promise<unknown> };
  return [await inner.isSecret, await inner.promise()];
}

/** What providers generate. */
function generated(type: string, name: string): Properties {
  switch (type) {
    case 'random:index/randomPassword:RandomPassword':
      return { result: secret(passwordOf(name)), bcryptHash: secret(hashOf(name)) };
    case 'tls:index/privateKey:PrivateKey':
      return {
        privateKeyPem: secret(`sec1 ${keyOf(name)}`),
        privateKeyPemPkcs8: secret(keyOf(name)),
      };
    case 'tls:index/certRequest:CertRequest':
      return { certRequestPem: `request of ${name}\n` };
    case 'tls:index/selfSignedCert:SelfSignedCert':
      return { certPem: certificateOf(name), validityEndTime: endOf.authorities };
    case 'tls:index/locallySignedCert:LocallySignedCert':
      return { certPem: certificateOf(name), validityEndTime: endOf.certificates };
    default:
      return {};
  }
}

/** The certificate that a resource of this name has in a recording, and the key of a PrivateKey. */
export const certificateOf = (resource: string): string => `certificate of ${resource}\n`;
export const keyOf = (resource: string): string => `key of ${resource}`;

/** The password that a RandomPassword of this name has in a recording. */
export const passwordOf = (resource: string): string => `generated-for-${resource}`;

/** Its bcrypt hash. */
export const hashOf = (resource: string): string => `hash-for-${resource}`;

/** When authorities end in a recording, and what they signed. */
export const endOf = {
  authorities: '2036-01-02T03:04:05+00:00',
  certificates: '2026-04-05T06:07:08+00:00',
} as const;

/** The address that a Service of this name has in a recording. */
export const addressOf = (resource: string): string => `address-of-${resource}`;

const nameOf = (urn: string): string => urn.split('::').at(-1) ?? '';

function plain(properties: Properties): { inputs: Properties; secrets: string[] } {
  const secrets: string[] = [];
  const unwrap = (value: unknown, key: string): unknown => {
    if (Array.isArray(value)) return value.map((item) => unwrap(item, key));
    if (typeof value !== 'object' || value === null) return value;
    if (secretMark in value) {
      secrets.push(key);
      return unwrap((value as unknown as { value: unknown }).value, key);
    }
    return Object.fromEntries(Object.entries(value).map(([inner, of]) => [inner, unwrap(of, key)]));
  };
  const inputs = Object.fromEntries(
    Object.entries(properties).map(([key, value]) => [key, unwrap(value, key)]),
  );
  return { inputs, secrets: [...new Set(secrets)] };
}
