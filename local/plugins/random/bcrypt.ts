import { randomBytes } from 'node:crypto';
import { encodeBase64, hashSync } from 'bcryptjs';

/** Work factor: 2^10 rounds. */
const COST = '10';

/**
 * The bcrypt hash of a password, version `2a`, cost 10. Only the first 72 bytes count: bcrypt looks at no more.
 */
export function bcryptHash(password: string): string {
  return hashSync(password, `$2a$${COST}$${encodeBase64(randomBytes(16), 16)}`);
}
