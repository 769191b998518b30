import { CustomResource } from '@pulumi/kubernetes/apiextensions';
import { ConfigMap } from '@pulumi/kubernetes/core/v1';
import {
  ComponentResource,
  type ComponentResourceOptions,
  output,
  type Output,
  type Resource,
} from '@pulumi/pulumi';
import { dashboardConfigMaps } from '../grafana/objects';
import type { RuleGroup } from '../rules/rule';
import type { ScrapeTarget } from '../scrape';
import { operatorIdentity, type OperatorSettings, podMonitor, prometheusRule } from './objects';

export interface OperatorMonitoringArgs extends OperatorSettings {
  readonly namespace: string;
  /** Whose metrics there are. */
  readonly targets: readonly ScrapeTarget[];
  readonly rules: Output<readonly RuleGroup[]>;
  /** Folder of the runbooks, as a URL or a path. */
  readonly runbooks: string;
  /** Dashboards by uid. */
  readonly dashboards: Readonly<Record<string, object>>;
  /** What makes the namespace. */
  readonly after: readonly Resource[];
}

/** What a Prometheus Operator, and the Grafana beside it, take up of the platform. Its own resource types have to be there. */
export class OperatorMonitoring extends ComponentResource {
  constructor(name: string, args: OperatorMonitoringArgs, opts: ComponentResourceOptions) {
    super('session-database:monitoring:OperatorMonitoring', name, {}, opts);
    const { namespace, targets, rules, runbooks, dashboards, after, ...settings } = args;
    const inside = { parent: this, dependsOn: [...after] };
    for (const target of targets) {
      new CustomResource(`${name}-${target.job}`, podMonitor(namespace, target, settings), inside);
    }
    const { apiVersion, kind, metadata } = prometheusRule(namespace, [], runbooks, settings);
    const spec = output(rules).apply((groups) => prometheusRule(namespace, groups, runbooks, settings).spec);
    new CustomResource(`${name}-rules`, { apiVersion, kind, metadata, spec }, inside);
    const configMaps = dashboardConfigMaps(operatorIdentity(namespace), dashboards, settings.dashboardLabels);
    for (const [uid, configMap] of Object.entries(configMaps)) {
      new ConfigMap(`${name}-dashboard-${uid}`, configMap, inside);
    }
    this.registerOutputs({});
  }
}
