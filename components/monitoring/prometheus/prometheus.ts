import { StatefulSet } from '@pulumi/kubernetes/apps/v1';
import { ConfigMap, Secret, Service, ServiceAccount } from '@pulumi/kubernetes/core/v1';
import { ClusterRole, ClusterRoleBinding, Role, RoleBinding } from '@pulumi/kubernetes/rbac/v1';
import {
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  type Resource,
  secret,
} from '@pulumi/pulumi';
import { metadata } from '../../kubernetes/labels';
import { secretOf } from '../../kubernetes/secret';
import { alertmanagerAddress, alertmanagerPods } from '../alertmanager/objects';
import type { ScrapeTarget } from '../scrape';
import { loginFolder } from '../web';
import { prometheusConf } from './conf';
import {
  alertmanagerLogin,
  configName,
  prometheusAddress,
  prometheusIdentity,
  type PrometheusObjects,
  prometheusObjects,
  prometheusPods,
  secretNames,
} from './objects';
import { rolloutTimeouts } from '../../workload/timeouts';

export interface PrometheusArgs extends PrometheusObjects {
  /** What it watches beside itself and the Alertmanagers. */
  readonly targets: readonly ScrapeTarget[];
  /** Password of the Alertmanagers. */
  readonly alertmanagerPassword: Input<string>;
  /** The rules, as a file. */
  readonly rules: Input<string>;
  /** What its pod cannot start without: the namespace and its Secrets. */
  readonly after: readonly Resource[];
}

/** The server that watches the platform, and tells when something is wrong. */
export class Prometheus extends ComponentResource {
  constructor(name: string, args: PrometheusArgs, opts: ComponentResourceOptions) {
    super('session-database:monitoring:Prometheus', name, {}, opts);
    const { targets, alertmanagerPassword, rules, after, ...prometheus } = args;
    const { namespace, version, kubelets, tls } = prometheus;
    const identity = prometheusIdentity(namespace, version);
    const inside = { parent: this, dependsOn: [...after] };
    const login = new Secret(
      `${name}-alertmanager-login`,
      secretOf(identity, secretNames.alertmanagerLogin, { password: secret(alertmanagerPassword) }),
      inside,
    );
    const config = new ConfigMap(
      `${name}-config`,
      {
        metadata: metadata(identity, configName),
        data: {
          'prometheus.yml': prometheusConf({
            ...{ namespace, kubelets, tls, targets: allTargets(namespace, targets) },
            alertmanagers: alertmanagers(namespace),
            ruleFiles: ['rules.yml'],
          }),
          'rules.yml': rules,
        },
      },
      inside,
    );
    const objects = prometheusObjects(prometheus);
    const scripts = new ConfigMap(`${name}-scripts`, objects.scripts, inside);
    const account = new ServiceAccount(`${name}-account`, objects.serviceAccount, inside);
    const role = new Role(`${name}-role`, objects.role, inside);
    const binding = new RoleBinding(`${name}-role-binding`, objects.roleBinding, {
      parent: this,
      dependsOn: [...after, account, role],
    });
    if (objects.clusterRole !== undefined) {
      const clusterRole = new ClusterRole(`${name}-cluster-role`, objects.clusterRole, inside);
      new ClusterRoleBinding(`${name}-cluster-role-binding`, objects.clusterRoleBinding, {
        parent: this,
        dependsOn: [...after, account, clusterRole],
      });
    }
    const nodes = new Service(`${name}-nodes`, objects.headlessService, inside);
    new StatefulSet(`${name}-statefulset`, objects.statefulSet, {
      customTimeouts: rolloutTimeouts,
      parent: this,
      dependsOn: [...after, login, config, scripts, account, binding, nodes],
    });
    new Service(`${name}-service`, objects.service, inside);
    this.registerOutputs({});
  }
}

/** The Alertmanagers, as Prometheus finds and asks them. */
export const alertmanagers = (namespace: string): ScrapeTarget => ({
  job: 'alertmanager',
  pods: alertmanagerPods(namespace),
  port: alertmanagerPods(namespace).port,
  server: alertmanagerAddress(namespace).host,
  login: alertmanagerLogin,
});

/** All that Prometheus watches by its pods: what it is told, itself, and the Alertmanagers. */
export const allTargets = (namespace: string, targets: readonly ScrapeTarget[]): ScrapeTarget[] => [
  ...targets,
  {
    job: 'prometheus',
    pods: prometheusPods(namespace),
    port: prometheusPods(namespace).port,
    server: prometheusAddress(namespace).host,
    login: loginFolder,
  },
  alertmanagers(namespace),
];
