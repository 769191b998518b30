import { StatefulSet } from '@pulumi/kubernetes/apps/v1';
import { ConfigMap, Secret, Service, ServiceAccount } from '@pulumi/kubernetes/core/v1';
import { PodDisruptionBudget } from '@pulumi/kubernetes/policy/v1';
import { ComponentResource, type ComponentResourceOptions, type Resource, secret } from '@pulumi/pulumi';
import { secretOf } from '../../kubernetes/secret';
import { alertmanagerConf, heartbeatFile, type Receiver, receiverSecret } from './conf';
import { alertmanagerIdentity, type AlertmanagerObjects, alertmanagerObjects, secretNames } from './objects';
import { rolloutTimeouts } from '../../workload/timeouts';

export interface AlertmanagerArgs extends AlertmanagerObjects {
  readonly receivers: readonly Receiver[];
  /** URL that is told once a minute that alerts work. @default nobody notices when they stop */
  readonly heartbeat?: string;
  /** What their pods cannot start without: the namespace and their Secrets. */
  readonly after: readonly Resource[];
}

/** The servers that tell people, each thing once. */
export class Alertmanager extends ComponentResource {
  constructor(name: string, args: AlertmanagerArgs, opts: ComponentResourceOptions) {
    super('session-database:monitoring:Alertmanager', name, {}, opts);
    const { receivers, heartbeat, after, ...alertmanager } = args;
    const identity = alertmanagerIdentity(alertmanager.namespace, alertmanager.version);
    const inside = { parent: this, dependsOn: [...after] };
    const secrets = Object.fromEntries(
      [
        ...receivers.map(receiverSecret),
        ...(heartbeat === undefined ? [] : [[heartbeatFile, heartbeat] as const]),
      ].map(([file, text]) => [file, secret(text)]),
    );
    const made = [
      new Secret(
        `${name}-config`,
        secretOf(identity, secretNames.config, {
          'alertmanager.yml': secret(alertmanagerConf(receivers, heartbeat !== undefined)),
        }),
        inside,
      ),
      new Secret(`${name}-receivers`, secretOf(identity, secretNames.receivers, secrets), inside),
    ];
    const objects = alertmanagerObjects(alertmanager);
    const files = new ConfigMap(`${name}-files`, objects.files, inside);
    const account = new ServiceAccount(`${name}-account`, objects.serviceAccount, inside);
    const nodes = new Service(`${name}-nodes`, objects.headlessService, inside);
    new PodDisruptionBudget(`${name}-budget`, objects.disruptionBudget, inside);
    new StatefulSet(`${name}-statefulset`, objects.statefulSet, {
      customTimeouts: rolloutTimeouts,
      parent: this,
      dependsOn: [...after, ...made, files, account, nodes],
    });
    new Service(`${name}-service`, objects.service, inside);
    this.registerOutputs({});
  }
}
