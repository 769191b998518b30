import { ConfigMap, Secret } from '@pulumi/kubernetes/core/v1';
import {
  ComponentResource,
  type ComponentResourceOptions,
  type Output,
  type Resource,
  secret,
  unsecret,
} from '@pulumi/pulumi';
import type { Signer } from '../../certificates/certificates';
import { sha256 } from '../../kubernetes/checksum';
import { secretOf } from '../../kubernetes/secret';
import type { Attachment } from '../../workload/pod';
import {
  type Exported,
  exporter,
  exporterIdentity,
  exporterScripts,
  exporterSecretName,
  exporterUser,
  type ExporterSettings,
  passwordsFile,
} from './objects';

export interface ExportersArgs extends Pick<ExporterSettings, 'image' | 'ports'> {
  readonly namespace: string;
  /** Of the role that they log in as. */
  readonly password: Output<string>;
  /** Who signs their certificate. @default they speak no TLS */
  readonly signer?: Signer;
  /** What makes the namespace. */
  readonly after: Resource;
}

/** What the exporters beside Redis and Sentinels need, and they themselves as attachments of those pods. */
export class Exporters extends ComponentResource {
  readonly attachments: Readonly<Record<Exported, Attachment>>;

  constructor(name: string, args: ExportersArgs, opts: ComponentResourceOptions) {
    super('session-database:monitoring:Exporters', name, {}, opts);
    const { namespace, image, ports, password, signer, after } = args;
    const inside = { parent: this, dependsOn: after };
    const tls = signer !== undefined;
    const passwords = secret(password.apply((known) => passwordsFile({ ports, tls }, known)));
    new Secret(
      `${name}-credentials`,
      secretOf(exporterIdentity(namespace), exporterSecretName, {
        'passwords.json': passwords,
        ...signer?.clientCertificate(exporterUser),
      }),
      inside,
    );
    new ConfigMap(`${name}-scripts`, exporterScripts(namespace), inside);
    // Not secret: a hash over a long random password. As a secret it would hide the pods' annotations.
    const settings = { image, ports, tls, passwordsChecksum: unsecret(passwords.apply(sha256)) };
    this.attachments = { redis: exporter('redis', settings), sentinel: exporter('sentinel', settings) };
    this.registerOutputs({ attachments: this.attachments });
  }
}
