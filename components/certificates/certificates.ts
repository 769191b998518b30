import { ConfigMap } from '@pulumi/kubernetes/core/v1';
import {
  all,
  ComponentResource,
  type ComponentResourceOptions,
  type Output,
  type Resource,
} from '@pulumi/pulumi';
import {
  CertRequest,
  type CertRequestArgs,
  LocallySignedCert,
  PrivateKey,
  SelfSignedCert,
} from '@pulumi/tls';
import { type Identity, metadata } from '../kubernetes/labels';
import type { ServerNames } from './names';

/** How long certificates are valid, and who signs them. */
export interface CertificateSettings {
  /** Names of the authorities, at least one: the first signs, all are trusted. */
  readonly authorities: readonly string[];
  /** Validity of an authority. */
  readonly authorityDays: number;
  /** Validity of a certificate, below that of an authority. */
  readonly certificateDays: number;
  /** A run of the program so near to a certificate's end, or nearer, makes a new one. */
  readonly renewBeforeDays: number;
}

export interface CertificatesArgs extends CertificateSettings {
  readonly namespace: string;
  /** What makes the namespace. */
  readonly after: Resource;
}

/** What one who speaks TLS needs, as files of a Secret: whom to trust, its own certificate and the key to it (PKCS#8). */
export type CertificateFiles = Readonly<Record<'ca.crt' | 'tls.crt' | 'tls.key', Output<string>>>;

/** Who signs certificates. */
export interface Signer {
  /** Every authority that is trusted, one after the other in PEM. */
  readonly trust: Output<string>;
  /** A certificate for a server, which as a client of its peers shows it, too. @param name - unique among the certificates */
  serverCertificate(name: string, names: ServerNames): CertificateFiles;
  /** A certificate for a client; its common name is the client's. @param name - unique among the certificates */
  clientCertificate(name: string): CertificateFiles;
  /** When the certificates end that it has signed until now, and the authorities, in seconds since 1970 by name. */
  ends(): Output<Readonly<Record<string, number>>>;
}

/** What certificates may be used for. */
export const uses = {
  authority: ['cert_signing', 'crl_signing'],
  server: ['digital_signature', 'server_auth', 'client_auth'],
  client: ['digital_signature', 'client_auth'],
};

/** ConfigMap with the trusted authorities as `ca.crt`, which are no secret. */
export const trustName = 'redis-ca';

const organization = 'session-database';
// The shortest that every client of the last decade knows.
const key = { algorithm: 'ECDSA', ecdsaCurve: 'P256' };

/** The platform's own authorities and what they sign. Certificates near their end are made anew by the next run. */
export class Certificates extends ComponentResource implements Signer {
  readonly trust: Output<string>;
  private readonly signer: { readonly certificate: SelfSignedCert; readonly key: PrivateKey };
  private readonly times: Record<string, Output<string>> = {};

  constructor(
    private readonly name: string,
    private readonly args: CertificatesArgs,
    opts: ComponentResourceOptions,
  ) {
    super('session-database:certificates:Certificates', name, {}, opts);
    const authorities = args.authorities.map((authority) => this.authority(authority));
    this.signer = authorities[0]!;
    this.trust = all(authorities.map(({ certificate }) => certificate.certPem)).apply((pems) =>
      pems.join(''),
    );
    const identity: Identity = {
      name: 'certificates',
      component: 'certificates',
      namespace: args.namespace,
    };
    new ConfigMap(
      `${name}-trust`,
      { metadata: metadata(identity, trustName), data: { 'ca.crt': this.trust } },
      { parent: this, dependsOn: args.after },
    );
    this.registerOutputs({ trust: this.trust });
  }

  serverCertificate(name: string, { dnsNames, ipAddresses }: ServerNames): CertificateFiles {
    return this.signed(`${this.name}-${name}`, name, uses.server, {
      dnsNames: [...dnsNames],
      ipAddresses: [...ipAddresses],
    });
  }

  clientCertificate(name: string): CertificateFiles {
    return this.signed(`${this.name}-client-${name}`, name, uses.client, {});
  }

  ends(): Output<Readonly<Record<string, number>>> {
    return all({ ...this.times }).apply((times) =>
      Object.fromEntries(Object.entries(times).map(([name, time]) => [name, Date.parse(time) / 1000])),
    );
  }

  private authority(authority: string) {
    const { authorityDays, certificateDays, namespace } = this.args;
    const name = `${this.name}-authority-${authority}`;
    const own = new PrivateKey(`${name}-key`, key, { parent: this });
    const certificate = new SelfSignedCert(
      name,
      {
        privateKeyPem: own.privateKeyPem,
        // Each has a name of its own: where two are trusted, a certificate's signer is found by it.
        subject: { organization, organizationalUnit: namespace, commonName: `authority ${authority}` },
        isCaCertificate: true,
        maxPathLength: 0,
        allowedUses: uses.authority,
        validityPeriodHours: hours(authorityDays),
        // What it signs never outlives it. Made anew with the same key and name, it stands in for the one before.
        earlyRenewalHours: hours(certificateDays),
      },
      { parent: this },
    );
    this.times[`authority ${authority}`] = certificate.validityEndTime;
    return { certificate, key: own };
  }

  private signed(
    resource: string,
    commonName: string,
    allowedUses: string[],
    names: Pick<CertRequestArgs, 'dnsNames' | 'ipAddresses'>,
  ): CertificateFiles {
    const { certificateDays, renewBeforeDays } = this.args;
    const own = new PrivateKey(`${resource}-key`, key, { parent: this });
    const request = new CertRequest(
      `${resource}-request`,
      { privateKeyPem: own.privateKeyPem, subject: { organization, commonName }, ...names },
      { parent: this },
    );
    const { certPem, validityEndTime } = new LocallySignedCert(
      resource,
      {
        certRequestPem: request.certRequestPem,
        caCertPem: this.signer.certificate.certPem,
        caPrivateKeyPem: this.signer.key.privateKeyPem,
        allowedUses,
        validityPeriodHours: hours(certificateDays),
        earlyRenewalHours: hours(renewBeforeDays),
      },
      { parent: this },
    );
    this.times[resource.slice(this.name.length + 1)] = validityEndTime;
    return { 'ca.crt': this.trust, 'tls.crt': certPem, 'tls.key': own.privateKeyPemPkcs8 };
  }
}

const hours = (days: number): number => days * 24;
