import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as LocalPaths from '../../../../local/paths';

type Paths = typeof LocalPaths;

/**
 * A stand-in for local/paths: the same folders, all of them below a temporary one, which goes when the file's tests
 * are done. Used as `jest.mock('…/local/paths', () => jest.requireActual<Support>('…/support/paths').temporaryPaths())`.
 */
export function temporaryPaths(): Paths {
  const root = mkdtempSync(join(tmpdir(), 'paths-'));
  const checkout = join(root, 'checkout');
  mkdirSync(checkout);
  const { paths } = jest.requireActual<Paths>('../../../../local/paths');
  // Named by their keys, so that a folder that is added to the real ones is never the real one here.
  const moved = Object.fromEntries(Object.keys(paths).map((key) => [key, join(root, key)]));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  return { checkout, paths: moved as unknown as Paths['paths'] };
}
