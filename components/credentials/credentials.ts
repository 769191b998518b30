import { Secret } from '@pulumi/kubernetes/core/v1';
import {
  all,
  ComponentResource,
  type ComponentResourceOptions,
  type Output,
  type Resource,
  unsecret,
} from '@pulumi/pulumi';
import { RandomPassword } from '@pulumi/random';
import type { Signer } from '../certificates/certificates';
import { sha256 } from '../kubernetes/checksum';
import type { Identity } from '../kubernetes/labels';
import { type Annotations, type SecretFiles, secretOf } from '../kubernetes/secret';
import { type AclFile, aclFile, sentinelAclFile } from './aclFile';
import { roleSecretName } from './login';
import type { CommonRole, Role, RoleName } from './roles';

/** On a Secret with an ACL file: its lines without passwords, which `kubectl describe` shows and a policy can read. */
const aclAnnotation = 'session-database/acl';

export interface CredentialsArgs {
  readonly namespace: string;
  /** The roles that every platform has, and others. */
  readonly roles: readonly Role[];
  /** Who signs the certificates of clients. @default Redis speaks no TLS */
  readonly signer?: Signer;
  /** Whether there are Sentinels, who have an ACL file of their own. @default false */
  readonly sentinels?: boolean;
  /** What makes the namespace; Secrets are made after it. */
  readonly after: Resource;
}

/** Passwords by role; roles that only some platforms have may be missing. */
type Passwords = Readonly<Record<CommonRole, Output<string>> & Partial<Record<RoleName, Output<string>>>>;

/** Generated passwords: each role's in a Secret of its own (where pods need it), all of them hashed in the ACL file. With
 * TLS the Secret has the role's client certificate, too. */
export class Credentials extends ComponentResource {
  /** Password of each role; secret. */
  readonly passwords: Passwords;
  /** Secret with the ACL file under `users.acl`. */
  readonly aclSecretName = 'redis-acl';
  /** Changes when the ACL file does. */
  readonly aclChecksum: Output<string>;
  /** The same of the Sentinels' ACL file, where there are Sentinels. */
  readonly sentinelAcl?: { readonly secretName: string; readonly checksum: Output<string> };

  constructor(name: string, args: CredentialsArgs, opts: ComponentResourceOptions) {
    super('session-database:credentials:Credentials', name, {}, opts);
    const identity: Identity = { name: 'credentials', component: 'credentials', namespace: args.namespace };
    const secret = (part: string, secretName: string, files: SecretFiles, annotations?: Annotations) =>
      new Secret(`${name}-${part}`, secretOf(identity, secretName, files, annotations), {
        parent: this,
        dependsOn: args.after,
      });

    const passwordOf = (role: Role) =>
      new RandomPassword(`${name}-${role.name}-password`, { length: 32, special: false }, { parent: this })
        .result;
    const passwords = args.roles.map((role) => [role, passwordOf(role)] as const);
    this.passwords = Object.fromEntries(
      passwords.map(([role, password]) => [role.name, password]),
    ) as Passwords;

    for (const [role, password] of passwords.filter(([{ heldByPods }]) => heldByPods)) {
      secret(role.name, roleSecretName(role.name), {
        password,
        ...args.signer?.clientCertificate(role.name),
      });
    }

    const acl = (part: string, secretName: string, file: AclFile) => {
      const text = all(this.passwords).apply(file.text);
      secret(part, secretName, { 'users.acl': text }, { [aclAnnotation]: file.rights });
      // Not secret: a hash over hashes of long random passwords. As a secret it would hide the pod's annotations.
      return { secretName, checksum: unsecret(text.apply(sha256)) };
    };
    this.aclChecksum = acl('acl', this.aclSecretName, aclFile(args.roles)).checksum;
    if (args.sentinels === true) {
      this.sentinelAcl = acl('sentinel-acl', 'redis-sentinel-acl', sentinelAclFile(args.roles));
    }
    this.registerOutputs({
      passwords: this.passwords,
      aclSecretName: this.aclSecretName,
      aclChecksum: this.aclChecksum,
      ...(this.sentinelAcl === undefined ? {} : { sentinelAcl: this.sentinelAcl }),
    });
  }
}
