import { changed } from '../../model/change';
import { onPods, missing } from '../../model/podRule';
import { type PodSpec, podsOf } from '../../model/pods';
import { isKind, isPatch, metadataOf, type Resource } from '../../model/resource';
import { resourceRule } from '../../model/rule';
import { withSpec } from './repair';

interface Projected {
  readonly projected?: { readonly sources?: readonly { readonly serviceAccountToken?: object }[] };
}

/** The account of pods; the field's old name is still taken. */
const accountOf = (spec: PodSpec & { readonly serviceAccount?: string }): string =>
  (spec.serviceAccountName ?? '') || (spec.serviceAccount ?? '');

const mounts = (value: boolean | undefined, place: string, patch: boolean): string[] => {
  if ((value ?? undefined) === undefined) return missing({ patch }, `${place} is missing`);
  return value === true ? [`${place} is true`] : [];
};

interface Automount {
  readonly automountServiceAccountToken?: boolean;
}

const field = 'automountServiceAccountToken';

/** What mounts a token without being asked: the account or the pod. */
function automounts(resource: Resource, accounts: readonly string[]): string[] {
  if (isKind(resource, '', 'ServiceAccount')) {
    if (accounts.includes(metadataOf(resource).name ?? '')) return [];
    return mounts((resource.props as Automount)[field], field, isPatch(resource));
  }
  const pods = podsOf(resource);
  if (pods === undefined || accounts.includes(accountOf(pods.spec))) return [];
  return mounts(pods.spec[field], `${pods.path}.${field}`, pods.patch);
}

/** What mounts one by its own volume. */
const projections = onPods(({ spec, path }, accounts: readonly string[]) => {
  if (accounts.includes(accountOf(spec))) return [];
  return ((spec.volumes ?? []) as readonly (Projected & { readonly name?: string })[])
    .filter(({ projected }) => (projected?.sources ?? []).some((source) => 'serviceAccountToken' in source))
    .map(({ name }) => `${path}.volumes[${name}] has a token of its service account`);
});

/** No key to the cluster where none is needed. */
export const noSaToken = resourceRule<{ accounts: readonly string[] }>({
  id: 'no-sa-token',
  demand: 'Pods have no token of the API of Kubernetes, unless they call it.',
  reason: "With the token, who is in a pod speaks to the cluster's API in the pod's name.",
  remedy:
    'Let automountServiceAccountToken be false in the ServiceAccount and in the pod; list the account in the configuration where the pod calls the API.',
  severity: 'high',
  reference: { framework: 'CIS', control: '5.1.6' },
  settings: {
    accounts: {
      description: 'Names of the service accounts whose pods call the API of Kubernetes.',
      default: [],
    },
  },
  check: (resource, { accounts }) => [...automounts(resource, accounts), ...projections(resource, accounts)],
  repair: (resource, { accounts }) => {
    if (automounts(resource, accounts).length === 0) return undefined;
    return (
      withSpec(resource, ({ spec }) => changed(spec, [field], () => false)) ??
      changed<Record<string, unknown>>(resource.props, [field], () => false)
    );
  },
});

/** An account of one's own, so that rights can be given to one alone. */
export const namedServiceAccount = resourceRule({
  id: 'named-service-account',
  demand: "Pods have a service account of their own, not their namespace's default.",
  reason: 'What somebody allows the default account, every pod of the namespace is allowed.',
  remedy: 'Make a ServiceAccount, and name it as serviceAccountName.',
  severity: 'high',
  reference: { framework: 'CIS', control: '5.1.5' },
  check: onPods(({ spec, path, patch }) => {
    const account = accountOf(spec);
    if (account === '') return missing({ patch }, `${path}.serviceAccountName is missing`);
    return account === 'default' ? [`${path}.serviceAccountName is default`] : [];
  }),
});
