import { metadataOf, type Resource, type Texts } from './resource';

/** A demand of a selector on one label. */
export interface Expression {
  readonly key?: string;
  readonly operator?: string;
  readonly values?: readonly string[];
}

/** What picks objects by their labels. */
export interface Selector {
  readonly matchLabels?: Texts;
  readonly matchExpressions?: readonly Expression[];
}

/** The labels and the expressions of a selector; both empty where it has none. */
const parts = ({ matchLabels, matchExpressions }: Selector) => ({
  labels: matchLabels ?? {},
  expressions: matchExpressions ?? [],
});

/** Whether a selector picks everything, since it demands nothing. */
export function isEmpty(selector: Selector): boolean {
  const { labels, expressions } = parts(selector);
  return Object.keys(labels).length === 0 && expressions.length === 0;
}

/**
 * Whether a selector names what it picks: by a label that must be there. One that only says what must not be picks all that
 * nobody thought of.
 */
export function isNaming(selector: Selector): boolean {
  const { labels, expressions } = parts(selector);
  return (
    Object.keys(labels).length > 0 ||
    expressions.some(({ operator }) => operator === 'In' || operator === 'Exists')
  );
}

const operators: Readonly<Record<string, (value: string | undefined, values: readonly string[]) => boolean>> =
  {
    In: (value, values) => value !== undefined && values.includes(value),
    NotIn: (value, values) => value === undefined || !values.includes(value),
    Exists: (value) => value !== undefined,
    DoesNotExist: (value) => value === undefined,
  };

/** Whether a selector picks an object of these labels. Reads only the labels that the selector is about. */
export function selects(selector: Selector, labels: Texts = {}): boolean {
  const { labels: wanted, expressions } = parts(selector);
  return (
    Object.keys(wanted).every((key) => labels[key] === wanted[key]) &&
    expressions.every(
      ({ key = '', operator = '', values }) => operators[operator]?.(labels[key], values ?? []) ?? false,
    )
  );
}

/** The namespace of an object; what says none is in the cluster's `default`. */
export const namespaceOf = (resource: Pick<Resource, 'props'>): string =>
  metadataOf(resource).namespace ?? 'default';

/** The label that names an application, by which rules know whose pods they see. */
export const nameLabel = 'app.kubernetes.io/name';
