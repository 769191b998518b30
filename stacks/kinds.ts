import { z } from 'zod';
import { bytesOf, millicoresOf } from '../components/kubernetes/quantity';

/** What a setting says of itself: in the messages of refused configurations and in the configuration reference. */
export interface SettingText {
  readonly description: string;
  /** The values that are allowed, as words that end a sentence "allowed: …". */
  readonly allowed: string;
  /** Set where a wrong value could be a secret in the wrong place: messages do not repeat it. */
  readonly confidential?: boolean;
}

/** Text that passes a test. `pulumi config set --path` turns what looks like a number into one: "2" cores, a label's value. */
export const text = (isAllowed: (value: string) => boolean, setting: SettingText) =>
  z
    .preprocess((value) => (typeof value === 'number' ? String(value) : value), z.string().refine(isAllowed))
    .meta({ ...setting });

/** A whole number. */
export const whole = (min: number, max: number, description: string) =>
  z
    .int()
    .min(min)
    .max(max)
    .meta({ description, allowed: `a whole number from ${min} to ${max}` });

/** A quantity of bytes. */
export const memory = (description: string) =>
  text((value) => bytesOf(value) !== undefined, {
    description,
    allowed: 'a quantity of bytes above zero, such as 512Mi, 1.5Gi or 2G',
  });

/** A quantity of CPU. */
export const cpu = (description: string) =>
  text((value) => millicoresOf(value) !== undefined, {
    description,
    allowed: 'a quantity of CPU above zero, such as 250m, 0.5 or 2',
  });

/** A number of days. */
export const days = (description: string) => whole(1, 36_500, description);
/** A part of a whole; `pulumi config set` writes it as text. */
export const fraction = (description: string) =>
  z
    .preprocess(
      (value) => (typeof value === 'string' && value !== '' ? Number(value) : value),
      z.number().gt(0).max(1),
    )
    .meta({ description, allowed: 'a number above 0, at most 1' });

/** Yes or no. */
export const flag = (description: string) =>
  z
    .preprocess((value) => ({ true: true, false: false })[String(value)] ?? value, z.boolean())
    .meta({ description, allowed: 'true or false' });

/** One of some words. */
export const choice = <const Names extends readonly [string, ...string[]]>(
  names: Names,
  description: string,
) => z.enum(names).meta({ description, allowed: names.join(', ') });

export const dnsLabel = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
export const dnsSubdomain = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const labelName = '[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?';
export const labelKey = new RegExp(`^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?${labelName}$`);
const labelValue = new RegExp(`^(${labelName})?$`);

/** Name of a namespace. */
export const namespaceName = (
  description: string,
  more = '',
  isAllowed: (value: string) => boolean = () => true,
) =>
  text((value) => dnsLabel.test(value) && isAllowed(value), {
    description,
    allowed: `a DNS label: at most 63 of a-z, 0-9 and -, a letter or digit first and last${more}`,
  });

/** Labels of pods. */
export const labels = (description: string) =>
  z
    .record(
      z.string().regex(labelKey),
      z.preprocess(
        (value) => (['number', 'boolean'].includes(typeof value) ? String(value) : value),
        z.string().regex(labelValue),
      ),
    )
    .refine((value) => Object.keys(value).length > 0)
    .meta({
      description,
      allowed: 'one label or more, keys and values as Kubernetes labels allow them, such as app: shop',
    });

/** Size and class of a volume. */
export const volume = (holding: string) =>
  z.strictObject({
    size: memory(`Size of the volume with ${holding}.`),
    class: text((value) => dnsSubdomain.test(value), {
      description: "Storage class of the volume. Left out: the cluster's default class.",
      allowed: 'the name of a storage class, such as fast-ssd',
    }).optional(),
  });
