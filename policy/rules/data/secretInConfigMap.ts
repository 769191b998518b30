import { whenKnown } from '../../model/known';
import { knownDataOf } from '../../model/mounts';
import { isKind, type Resource } from '../../model/resource';
import { resourceRule } from '../../model/rule';

/** Files whose name says what they hold. */
const secretFile =
  /(?:^|[._-])(?:password|passwd|secret|secret-key|token|credentials)s?$|\.key$|\.p12$|\.jks$/i;

// A value that says where the secret is, and is none: a variable, a file, a template, nothing.
const literal = String.raw`(?![$/{<%&*#]|(?:true|false|null|nil|none|yes|no)\b)[^\s"'\`,;(){}[\]]{4,}`;

/** What texts hold that only Secrets may. None of these is ever told with its value. */
const secrets: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['a private key', /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/],
  [
    'a password',
    new RegExp(
      String.raw`(?:password|passwd|passphrase|secret[_-]?key|api[_-]?key|client[_-]?secret)["']?\s*[=:]\s*["']?${literal}`,
      'i',
    ),
  ],
  [
    'a password of Redis',
    new RegExp(
      String.raw`^\s*(?:requirepass|masterauth|tls-key-file-pass|tls-client-key-file-pass|sentinel\s+sentinel-pass|sentinel\s+auth-pass\s+\S+)\s+["']?${literal}`,
      'im',
    ),
  ],
  ['the password of an ACL user', /^\s*user\s+\S+\s.*(?<=\s)[>#][^\s#$]{4,}/im],
  ['a login in an address', /[a-z][a-z+.-]*:\/\/[^\s:/@"'$]*:[^\s:/@"'${]+@/i],
  ['a web token', /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\./],
  ['an access key', /\b(?:AKIA[0-9A-Z]{16}|gh[pousr]_\w{36}|xox[abeoprs]-[\w-]{10,}|AIza[\w-]{35})\b/],
  ['the address of a webhook', /hooks\.slack\.com\/(?:services|workflows|triggers)\/\w/],
];

/** ConfigMaps hold nothing that only some may know. */
export const noSecretInConfigmap = resourceRule({
  id: 'no-secret-in-configmap',
  demand: 'No ConfigMap holds a password, a private key or a token.',
  reason: 'Many may read ConfigMaps; they are not encrypted at rest, and tools show them in full.',
  remedy: 'Put it into a Secret, and name its file where the program reads it.',
  severity: 'critical',
  reference: { framework: 'CIS', control: '5.4.1' },
  check: (resource) => {
    if (!isKind(resource, '', 'ConfigMap')) return [];
    return [...problems(resource, 'data', (text) => text), ...problems(resource, 'binaryData', decoded)];
  },
});

const decoded = (text: string): string => Buffer.from(text, 'base64').toString('utf8');

function problems(
  resource: Resource,
  field: 'data' | 'binaryData',
  textOf: (value: string) => string,
): string[] {
  const data = knownDataOf(resource, field);
  return Object.keys(data).flatMap((key) => {
    if (secretFile.test(key)) return [`${field}[${key}] is, by its name, a secret`];
    // Certificates and addresses are ConfigMaps that the program computes.
    const text = textOf(whenKnown(() => data[key]) ?? '');
    return secrets
      .filter(([, pattern]) => pattern.test(text))
      .map(([what]) => `${field}[${key}] holds ${what}`);
  });
}
