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
import { sha256 } from '../kubernetes/checksum';
import { metadata, type Identity } from '../kubernetes/labels';
import { aclFile, sentinelAclFile } from './aclFile';
import type { CommonRole, Role, RoleName, SentinelRole } from './roles';

export interface CredentialsArgs {
  readonly namespace: string;
  readonly roles: readonly Role[];
  /** Whether there are Sentinels, who have an ACL file of their own. @default false */
  readonly sentinels?: boolean;
  /** What makes the namespace; Secrets are made after it. */
  readonly after: Resource;
}

/** Name of the Secret that holds user name and password of a role. */
export const roleSecretName = (role: RoleName): string => `redis-${role}`;

/** Generated passwords: each role's in a Secret of its own (where pods need it), all of them hashed in the ACL file. */
export class Credentials extends ComponentResource {
  /** Password of each role; secret. */
  readonly passwords: Readonly<Record<CommonRole, Output<string>>> &
    Readonly<Partial<Record<SentinelRole, Output<string>>>>;
  /** Secret with the ACL file under `users.acl`. */
  readonly aclSecretName = 'redis-acl';
  /** Changes when the ACL file does. */
  readonly aclChecksum: Output<string>;
  /** The same of the Sentinels' ACL file, where there are Sentinels. */
  readonly sentinelAcl?: { readonly secretName: string; readonly checksum: Output<string> };

  constructor(name: string, args: CredentialsArgs, opts: ComponentResourceOptions) {
    super('session-database:credentials:Credentials', name, {}, opts);
    const identity: Identity = { name: 'credentials', component: 'credentials', namespace: args.namespace };
    const secret = (part: string, secretName: string, files: Readonly<Record<string, Output<string>>>) =>
      new Secret(
        `${name}-${part}`,
        {
          metadata: metadata(identity, secretName),
          type: 'Opaque',
          data: Object.fromEntries(Object.entries(files).map(([file, text]) => [file, text.apply(base64)])),
        },
        { parent: this, dependsOn: args.after },
      );

    const passwordOf = (role: Role) =>
      new RandomPassword(`${name}-${role.name}-password`, { length: 32, special: false }, { parent: this })
        .result;
    const passwords = Object.fromEntries(args.roles.map((role) => [role.name, passwordOf(role)]));
    this.passwords = passwords as typeof this.passwords;

    for (const role of args.roles.filter(({ heldByPods }) => heldByPods)) {
      secret(role.name, roleSecretName(role.name), { password: passwords[role.name]! });
    }

    const acl = (part: string, secretName: string, file: typeof aclFile) => {
      const text = all(passwords).apply((known) => file(args.roles, known));
      secret(part, secretName, { 'users.acl': text });
      // Not secret: a hash over hashes of long random passwords. As a secret it would hide the pod's annotations.
      return { secretName, checksum: unsecret(text.apply(sha256)) };
    };
    this.aclChecksum = acl('acl', this.aclSecretName, aclFile).checksum;
    if (args.sentinels === true) {
      this.sentinelAcl = acl('sentinel-acl', 'redis-sentinel-acl', sentinelAclFile);
    }
    this.registerOutputs({
      passwords: this.passwords,
      aclSecretName: this.aclSecretName,
      aclChecksum: this.aclChecksum,
      ...(this.sentinelAcl === undefined ? {} : { sentinelAcl: this.sentinelAcl }),
    });
  }
}

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');
