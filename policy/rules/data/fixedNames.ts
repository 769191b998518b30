import { isKind, isPatch, kindOf, metadataOf, type Resource } from '../../model/resource';
import { stackRule } from '../../model/rule';

interface ProviderProps {
  readonly [flag: string]: boolean | string | undefined;
}

/** The provider's input that has it change such an object where it is, by kind. */
const flags: Readonly<Record<string, string>> = {
  ConfigMap: 'enableConfigMapMutable',
  Secret: 'enableSecretMutable',
};

// As this program, Pulumi itself and Kustomize write a hash or a random end; a new text is a new object then.
const changingName = /-(?:[0-9a-f]{8,64}|[2456789bcdfghkmt]{10})$/;

/** Who has the name of an object in hand always finds one there. */
export const fixedSecretMutable = stackRule({
  id: 'fixed-secret-mutable',
  demand: 'A Secret or ConfigMap whose name stays is changed in place.',
  reason:
    'The provider replaces it otherwise: it is deleted first, and pods that start meanwhile find nothing and fail.',
  remedy:
    'Give its provider enableSecretMutable and enableConfigMapMutable, or the object a name that ends in a hash of what it holds.',
  severity: 'medium',
  reference: { framework: 'session-database', control: 'Data' },
  check: (resources) =>
    resources.flatMap((resource) => {
      const { kind = '' } = kindOf(resource.type) ?? {};
      // A patch is applied to what is there.
      if (!isKind(resource, '', ...Object.keys(flags)) || isPatch(resource)) return [];
      const { name } = metadataOf(resource);
      if (name === undefined || changingName.test(name)) return [];
      if (resource.props['immutable'] === true)
        return [{ problem: `${kind} ${name} is immutable, but its name stays`, resource }];
      const flag = flags[kind] ?? '';
      return isOn(providerOf(resource, resources)?.[flag])
        ? []
        : [{ problem: `${kind} ${name} has a provider without ${flag}, and its name stays`, resource }];
    }),
});

// Pulumi keeps inputs of providers as texts.
const isOn = (flag: boolean | string | undefined): boolean => flag === true || flag === 'true';

const providerOf = ({ provider }: Resource, resources: readonly Resource[]): ProviderProps | undefined =>
  provider === undefined
    ? undefined
    : (resources.find(({ type, name }) => type === provider.type && name === provider.name)?.props as
        ProviderProps | undefined);
