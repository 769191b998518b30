import type { Output } from '@pulumi/pulumi';
import { type Identity, metadata } from './labels';

/** Files by their name, as pods mount them. */
export type SecretFiles = Readonly<Record<string, Output<string>>>;

/** A Secret that holds files. */
export function secretOf(identity: Identity, name: string, files: SecretFiles) {
  return {
    metadata: metadata(identity, name),
    type: 'Opaque',
    data: Object.fromEntries(Object.entries(files).map(([file, text]) => [file, text.apply(base64)])),
  };
}

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');
