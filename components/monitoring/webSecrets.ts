import { Secret } from '@pulumi/kubernetes/core/v1';
import {
  ComponentResource,
  type ComponentResourceOptions,
  type Output,
  type Resource,
  secret,
} from '@pulumi/pulumi';
import { RandomPassword } from '@pulumi/random';
import type { Signer } from '../certificates/certificates';
import { serverNames, serviceNames } from '../certificates/names';
import type { Identity } from '../kubernetes/labels';
import { secretOf } from '../kubernetes/secret';
import { json, webClient, webConfig } from './web';

/** Names of a server's Secrets: with `web.yml`; with `password` and `http.yml`, for its probes; with its certificate. */
export interface WebSecretNames {
  readonly web: string;
  readonly login: string;
  readonly tls: string;
}

export interface WebSecretsArgs {
  /** Of the server; its name is that of its Service, too. */
  readonly identity: Identity;
  readonly secretNames: WebSecretNames;
  /** Who signs its certificate. @default it speaks no TLS */
  readonly signer?: Signer;
  /** What makes the namespace. */
  readonly after: Resource;
}

/** The secrets by which a server of monitoring shows itself, and knows who asks. */
export class WebSecrets extends ComponentResource {
  /** With which its user is let in; secret. */
  readonly password: Output<string>;

  constructor(name: string, args: WebSecretsArgs, opts: ComponentResourceOptions) {
    super('session-database:monitoring:WebSecrets', name, {}, opts);
    const { identity, secretNames, signer, after } = args;
    const inside = { parent: this, dependsOn: after };
    const tls = signer !== undefined;
    const { result: password, bcryptHash } = new RandomPassword(
      `${name}-password`,
      { length: 32, special: false },
      { parent: this },
    );
    const files = {
      web: { 'web.yml': secret(bcryptHash.apply((hash) => webConfig(hash, tls))) },
      login: {
        password,
        'http.yml': secret(json(webClient(`${identity.name}.${identity.namespace}.svc`, tls))),
      },
    };
    for (const of of ['web', 'login'] as const) {
      new Secret(`${name}-${of}`, secretOf(identity, secretNames[of], files[of]), inside);
    }
    if (signer !== undefined) {
      const names = serverNames(serviceNames(identity.name, identity.namespace));
      const certificate = signer.serverCertificate(identity.name, names);
      new Secret(`${name}-tls`, secretOf(identity, secretNames.tls, certificate), inside);
    }
    this.password = password;
    this.registerOutputs({ password });
  }
}
