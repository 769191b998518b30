import type {
  Policy,
  PolicyConfigSchema,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from '@pulumi/policy';
import type { Resource } from '../model/resource';
import type { Reference, ResourceRule, Rule, StackRule, Values } from '../model/rule';
import { type Configuration, judgeResource, judgeStack, settingsOf } from './judge';
import { readable } from './readable';

type Schema = PolicyConfigSchema['properties'][string];

/** A rule as Pulumi's engine asks it. */
export const policyOf = (rule: Rule): ResourceValidationPolicy | StackValidationPolicy =>
  rule.scope === 'resource' ? resourcePolicy(rule) : stackPolicy(rule);

function resourcePolicy(rule: ResourceRule): ResourceValidationPolicy {
  const { repair } = rule;
  return {
    ...described(rule),
    validateResource: (args, report) => {
      const verdicts = judgeResource(rule, resourceOf(args), args.getConfig<Configuration>(), new Date());
      for (const { message } of verdicts) report(message);
    },
    ...(repair === undefined
      ? {}
      : {
          remediateResource: (args) => {
            const resource = resourceOf({ ...args, props: readable(args.props) });
            const configuration = args.getConfig<Configuration>();
            // Also what is excused stays as it is.
            return judgeResource(rule, resource, configuration, new Date()).length === 0
              ? undefined
              : repair(resource, settingsOf(rule, configuration));
          },
        }),
  };
}

function stackPolicy(rule: StackRule): StackValidationPolicy {
  return {
    ...described(rule),
    validateStack: (args, report) => {
      const all = args.resources.map(resourceOf);
      for (const { message, resource } of judgeStack(rule, all, args.getConfig<Configuration>(), new Date()))
        report(message, resource?.urn);
    },
  };
}

const resourceOf = (
  of: Pick<ResourceValidationArgs, 'type' | 'name' | 'urn' | 'props' | 'opts' | 'provider'>,
): Resource => ({
  type: of.type,
  name: of.name,
  urn: of.urn,
  props: of.props,
  protect: of.opts.protect,
  ignoreChanges: of.opts.ignoreChanges,
  timeouts: {
    create: of.opts.customTimeouts.createSeconds,
    update: of.opts.customTimeouts.updateSeconds,
    delete: of.opts.customTimeouts.deleteSeconds,
  },
  ...(of.provider === undefined ? {} : { provider: { type: of.provider.type, name: of.provider.name } }),
});

const specifications: Readonly<Record<Reference['framework'], readonly [name: string, version: string]>> = {
  PSS: ['Pod Security Standards', 'v1.36'],
  NSA: ['NSA/CISA Kubernetes Hardening Guide', '1.2'],
  CIS: ['CIS Kubernetes Benchmark', '1.10'],
  'session-database': ['session-database', '1'],
};

/** The name of a framework as people know it. */
export const frameworkName = (framework: Reference['framework']): string => specifications[framework][0];

function described(rule: Rule): Policy {
  const { framework, control } = rule.reference;
  const [name, version] = specifications[framework];
  return {
    name: rule.id,
    displayName: rule.id,
    description: `${rule.demand} ${rule.reason}`,
    enforcementLevel: rule.advisory === true ? 'advisory' : 'mandatory',
    severity: rule.severity,
    framework: { name, version, reference: control, specification: control },
    remediationSteps: rule.remedy,
    tags: [framework, rule.severity],
    configSchema: schemaOf(rule),
  };
}

function schemaOf({ settings = {} }: Rule): PolicyConfigSchema {
  const properties = Object.entries(settings).map(([name, of]): [string, Schema] => [
    name,
    {
      description: of.description,
      default: of.default,
      ...typeOf(of.default),
    },
  ]);
  const waivable: Schema = {
    type: 'boolean',
    default: false,
    description: 'Whether an annotation of an object may excuse it from this rule.',
  };
  return { properties: { ...Object.fromEntries(properties), waivable } };
}

function typeOf(value: Values[string]): Schema {
  if (typeof value === 'boolean') return { type: 'boolean' };
  if (typeof value === 'number') return { type: 'integer' };
  if (typeof value === 'string') return { type: 'string' };
  return { type: 'array', items: { type: 'string' } };
}
