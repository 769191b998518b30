import type { RoleName } from './roles';

/** A role that a pod logs in as. */
export interface Login {
  readonly user: RoleName;
  /** Secret with its credentials: `password`, and with TLS `ca.crt`, `tls.crt` and `tls.key`. */
  readonly secretName: string;
}

/** Name of the Secret that holds a role's credentials. */
export const roleSecretName = (role: RoleName): string => `redis-${role}`;

/** How a pod logs in as a role. */
export const loginAs = (role: RoleName): Login => ({ user: role, secretName: roleSecretName(role) });
