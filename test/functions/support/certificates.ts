import { createPublicKey, type KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { uses } from '../../../components/certificates/certificates';
import type { ServerNames } from '../../../components/certificates/names';
import { standaloneNames } from '../../../components/redis/standalone';
import { issueCertificate, parseAuthority } from '../../../local/plugins/tls/certificate';
import { generateKey } from '../../../local/plugins/tls/keys';
import { distinguishedName } from '../../../local/plugins/tls/names';

/** What one who speaks TLS has, as the files of its Secret. */
export type Files = Readonly<Record<'ca.crt' | 'tls.crt' | 'tls.key', string>>;

const hour = 3_600_000;
const newKey = (): KeyObject => generateKey({ algorithm: 'ECDSA', curve: 'P256' });

interface Subject {
  readonly commonName: string;
  readonly allowedUses: readonly string[];
  readonly names?: ServerNames;
  /** Valid for an hour until then. @default an hour from now */
  readonly until?: Date;
}

/** An authority of certificates as the platform makes them, by the code of the plugin that does. */
export class Authority {
  /** @param pem - its certificate. @default made now */
  constructor(
    private readonly name: string,
    private readonly key = newKey(),
    readonly pem = authorityPem(name, key),
  ) {}

  /** The same with another certificate, as it is made anew before its end. */
  renewed(): Authority {
    return new Authority(this.name, this.key);
  }

  /** A certificate of the platform's Redis. @param trust - whom its owner trusts */
  server(trust: readonly Authority[] = [this], changes: Partial<Subject> = {}): Files {
    const names = standaloneNames('sessions');
    return this.signed(trust, { commonName: 'redis', allowedUses: uses.server, names, ...changes });
  }

  /** A certificate of a client. */
  client(trust: readonly Authority[] = [this], changes: Partial<Subject> = {}): Files {
    return this.signed(trust, { commonName: 'application', allowedUses: uses.client, ...changes });
  }

  private signed(trust: readonly Authority[], subject: Subject): Files {
    const own = newKey();
    const template = { ...templateOf(subject), publicKey: createPublicKey(own), isCaCertificate: false };
    const begin = new Date((subject.until?.getTime() ?? Date.now() + hour) - hour);
    return {
      'ca.crt': trust.map(({ pem }) => pem).join(''),
      'tls.crt': issueCertificate(template, parseAuthority(this.pem), this.key, begin).pem,
      'tls.key': own.export({ type: 'pkcs8', format: 'pem' }).toString(),
    };
  }
}

function authorityPem(name: string, key: KeyObject): string {
  const template = {
    ...templateOf({ commonName: name, allowedUses: uses.authority }),
    publicKey: createPublicKey(key),
    isCaCertificate: true,
    maxPathLength: 0,
  };
  return issueCertificate(template, undefined, key).pem;
}

function templateOf({ commonName, allowedUses, names }: Subject) {
  return {
    subject: distinguishedName({ organization: 'session-database', commonName }),
    names: { dnsNames: names?.dnsNames ?? [], ipAddresses: (names?.ipAddresses ?? []) as string[] },
    allowedUses,
    validityPeriodHours: 1,
    setSubjectKeyId: false,
  };
}

/** Puts files into a folder as the kubelet does with a Secret: all at once, by another target of one link. */
export function mount(folder: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(folder, { recursive: true });
  const version = `..${process.hrtime.bigint()}`;
  mkdirSync(join(folder, version));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, version, name), text);
  symlinkSync(version, join(folder, '..data_tmp'));
  renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
  for (const name of Object.keys(files)) {
    if (!existsSync(join(folder, name))) symlinkSync(join('..data', name), join(folder, name));
  }
}

/** What a client needs of a folder with these files; the certificate is for no address, which Redis itself does not look at either. */
export function clientTls(folder: string) {
  const [ca, cert, key] = ['ca.crt', 'tls.crt', 'tls.key'].map((file) => readFileSync(join(folder, file)));
  return { ca: ca!, cert: cert!, key: key!, checkServerIdentity: () => undefined };
}
