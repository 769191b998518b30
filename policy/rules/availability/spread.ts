import { type Finding, stackRule, type StackRule } from '../../model/rule';
import { type Selector, selects } from '../../model/selectors';
import { severalOf, type Workload } from './workloads';

interface Term {
  readonly topologyKey?: string;
  readonly labelSelector?: Selector;
}

/** What of a pod's spec spreads pods. */
interface Spreading {
  readonly topologySpreadConstraints?: readonly Term[];
  readonly affinity?: {
    readonly podAntiAffinity?: {
      readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly Term[];
      readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly {
        readonly podAffinityTerm?: Term;
      }[];
    };
  };
}

function termsOf({ topologySpreadConstraints = [], affinity }: Spreading): Term[] {
  const {
    requiredDuringSchedulingIgnoredDuringExecution: required = [],
    preferredDuringSchedulingIgnoredDuringExecution: preferred = [],
  } = affinity?.podAntiAffinity ?? {};
  return [
    ...topologySpreadConstraints,
    ...required,
    ...preferred.map(({ podAffinityTerm = {} }) => podAffinityTerm),
  ];
}

const isSpread = ({ pods, labels }: Workload, key: string): boolean =>
  termsOf(pods.spec).some(
    // Without a selector, and with one of other pods' labels, it spreads nothing.
    ({ topologyKey, labelSelector }) =>
      topologyKey === key && labelSelector !== undefined && selects(labelSelector, labels),
  );

type Own = Pick<StackRule, 'id' | 'demand' | 'reason' | 'severity' | 'advisory'>;

const spreadOver = (key: string, own: Own): StackRule =>
  stackRule({
    ...own,
    remedy: `Add a topologySpreadConstraint over ${key} whose labelSelector selects the pods.`,
    reference: { framework: 'session-database', control: 'Availability' },
    check: (resources) =>
      severalOf(resources)
        .filter((workload) => !isSpread(workload, key))
        .map(({ pods, resource }): Finding => ({
          problem: `${pods.path} spreads its pods over no ${key}, by topologySpreadConstraints or podAntiAffinity`,
          resource,
        })),
  });

/** Not all pods on one node. */
export const spread = spreadOver('kubernetes.io/hostname', {
  id: 'spread',
  demand: 'The pods of a workload of several are spread over nodes.',
  reason: 'Else they may all be on one node, and be gone with it.',
  severity: 'medium',
});

/** Not all pods in one zone. */
export const spreadZones = spreadOver('topology.kubernetes.io/zone', {
  id: 'spread-zones',
  demand: 'The pods of a workload of several are spread over zones.',
  reason: 'Else they may all be in one zone, and be gone with it.',
  severity: 'low',
  advisory: true,
});
