/** What a part of the platform is, for labels and selectors. */
export interface Identity {
  /** The program it runs, as `app.kubernetes.io/name`: "redis". */
  readonly name: string;
  /** Its role in the platform, as `app.kubernetes.io/component`: "database". */
  readonly component: string;
  /** Namespace it lives in; also tells two platforms in one cluster apart (`app.kubernetes.io/instance`). */
  readonly namespace: string;
  /** Version of the program, on labels of objects only. @default none */
  readonly version?: string;
}

/** Labels that pick the pods of a part. They never hold a version: a selector cannot change once it is made. */
export function selectorLabels(identity: Identity): Readonly<Record<string, string>> {
  return {
    'app.kubernetes.io/name': identity.name,
    'app.kubernetes.io/instance': identity.namespace,
    'app.kubernetes.io/component': identity.component,
  };
}

/** Labels as the API server takes them to pick objects. */
export const selectorText = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');

/** The standard labels of every object of a part. */
export function standardLabels(identity: Identity): Readonly<Record<string, string>> {
  return {
    ...selectorLabels(identity),
    'app.kubernetes.io/part-of': 'session-database',
    'app.kubernetes.io/managed-by': 'pulumi',
    ...(identity.version === undefined ? {} : { 'app.kubernetes.io/version': identity.version }),
  };
}

/** Name, namespace and standard labels of a part's object. */
export function metadata(identity: Identity, name: string) {
  return { name, namespace: identity.namespace, labels: standardLabels(identity) };
}
