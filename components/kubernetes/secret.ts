import type { Output } from '@pulumi/pulumi';
import { type Identity, metadata } from './labels';

/** Files by their name, as pods mount them. */
export type SecretFiles = Readonly<Record<string, Output<string>>>;

/** What else is said of an object, for people and programs. */
export type Annotations = Readonly<Record<string, string>>;

/** A Secret that holds files. @param annotations - @default none */
export function secretOf(identity: Identity, name: string, files: SecretFiles, annotations?: Annotations) {
  return {
    metadata: { ...metadata(identity, name), ...(annotations === undefined ? {} : { annotations }) },
    type: 'Opaque',
    data: Object.fromEntries(Object.entries(files).map(([file, text]) => [file, text.apply(base64)])),
  };
}

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');
