import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { contentMark } from '../kubernetes/checksum';

/** How long records of a kind live, and how many of them a user has. */
export interface RecordLimits {
  /** Seconds to live where the caller names none. */
  readonly ttl: number;
  /** Seconds after which a record, or a family of refresh tokens, ends however often it was used; no TTL is longer. */
  readonly maxAge: number;
  /** Records of a user; one more and the oldest goes. */
  readonly perUser: number;
}

/** What of the library differs between stacks. */
export interface SessionSettings {
  readonly sessions: RecordLimits;
  readonly refreshTokens: RecordLimits;
  readonly deletionTokens: RecordLimits;
  /** Fields that a client may set in a record. */
  readonly maxFields: number;
  /** Bytes of their names and values together. */
  readonly maxBytes: number;
}

/** A Redis Functions library. */
export interface SessionLibrary {
  readonly name: 'sessions';
  /** A mark of the code and its settings; each function's description ends in it. */
  readonly version: string;
  /** What FUNCTION LOAD takes. */
  readonly code: string;
}

const parts = ['checks', 'records', 'refresh', 'upkeep', 'register'];

/** The library of session functions with a stack's settings as constants: no call reads a configuration. */
export function sessionLibrary(settings: SessionSettings): SessionLibrary {
  const files = parts.map((part) => readFileSync(join(__dirname, 'library', `${part}.lua`), 'utf8'));
  const limits = ({ ttl, maxAge, perUser }: RecordLimits) =>
    `{ ttl = ${ttl}, max_age = ${maxAge}, limit = ${perUser} }`;
  const body = [
    [
      'local SETTINGS = {',
      `  session = ${limits(settings.sessions)},`,
      `  refresh = ${limits(settings.refreshTokens)},`,
      `  deletion = ${limits(settings.deletionTokens)},`,
      `  max_fields = ${settings.maxFields},`,
      `  max_bytes = ${settings.maxBytes},`,
      '}',
      '',
    ].join('\n'),
    ...files,
  ].join('\n');
  const version = contentMark({ body });
  return {
    name: 'sessions',
    version,
    code: `#!lua name=sessions\nlocal VERSION = '${version}'\n${body}`,
  };
}
