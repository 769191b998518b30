import { compareSync } from 'bcryptjs';
import { bcryptHash } from '../../../../../local/plugins/random/bcrypt';

it('hashes with version 2a and cost 10, as the official plugin does', () => {
  expect(bcryptHash('secret')).toMatch(/^\$2a\$10\$[./A-Za-z0-9]{53}$/);
});

it('makes a hash that only the password fits', () => {
  const hash = bcryptHash('correct horse');
  expect(compareSync('correct horse', hash)).toBe(true);
  expect(compareSync('correct horsf', hash)).toBe(false);
});

it('salts: the same password has another hash each time', () => {
  expect(bcryptHash('secret')).not.toBe(bcryptHash('secret'));
});

it('takes the first 72 bytes of a longer password', () => {
  const hash = bcryptHash(`${'a'.repeat(72)}b`);
  expect(compareSync('a'.repeat(72), hash)).toBe(true);
  expect(compareSync('a'.repeat(71), hash)).toBe(false);
});
