import { namespace } from '../../support/make';
import type { Case } from '../../support/cases';
import type { Anything, Program } from '../../support/program';

/** What names an application's pods. */
export const label = (name: string) => ({ 'app.kubernetes.io/name': name });

/** A peer: an application's pods. */
export const pods = (name: string) => ({ podSelector: { matchLabels: label(name) } });

/** A peer: the cluster's DNS. */
export const dns = {
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
  podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
};

/** A selector by one expression. */
export const expression = (operator: string, values?: string[], key = 'tier') => ({
  matchExpressions: [{ key, operator, ...(values === undefined ? {} : { values }) }],
});

/** The spec of one of the stack's own policies. */
export const policy = (program: Program, name: string): Anything => program.props('NetworkPolicy', name).spec;

/** The type of policies that somebody else has made. */
export const patch = 'networking.k8s.io/v1:NetworkPolicyPatch';

/** Adds a NetworkPolicy, or what else the type is. */
export const add = (
  program: Program,
  spec: Anything,
  type = 'networking.k8s.io/v1:NetworkPolicy',
  of = namespace,
) => program.add(`kubernetes:${type}`, { metadata: { name: 'added', namespace: of }, spec });

/** A case of one policy more. */
export const added = (spec: Anything, says?: Case['says'], type?: string): Case => ({
  change: (program) => add(program, spec, type),
  ...(says === undefined ? {} : { says }),
});

/** The spec of a policy with one rule of who may reach an application. */
export const ingress = (rule: Anything, name = 'redis') => ({
  podSelector: { matchLabels: label(name) },
  policyTypes: ['Ingress'],
  ingress: [rule],
});

/** The same of whom it may dial. */
export const egress = (rule: Anything, name = 'redis') => ({
  podSelector: { matchLabels: label(name) },
  policyTypes: ['Egress'],
  egress: [rule],
});
