import { Deployment } from '@pulumi/kubernetes/apps/v1';
import { ConfigMap, Secret, Service, ServiceAccount } from '@pulumi/kubernetes/core/v1';
import {
  all,
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  type Output,
  output,
  type Resource,
  secret,
  unsecret,
} from '@pulumi/pulumi';
import { RandomPassword } from '@pulumi/random';
import type { CertificateFiles } from '../../certificates/certificates';
import { sha256 } from '../../kubernetes/checksum';
import { secretOf } from '../../kubernetes/secret';
import type { Address } from '../../redis/service';
import {
  checkedPassword,
  credentials,
  credentialsSecretName,
  grafanaAddress,
  grafanaIdentity,
  type GrafanaObjects,
  grafanaObjects,
  tlsSecretName,
} from './objects';
import { rolloutTimeouts } from '../../workload/timeouts';

export interface GrafanaArgs extends Omit<
  GrafanaObjects,
  'prometheus' | 'prometheusTls' | 'tls' | 'credentialsChecksum'
> {
  /** Whom it asks, and as whom. */
  readonly prometheus: {
    readonly url: string;
    readonly username: string;
    readonly password: Input<string>;
    /** Authorities of Prometheus' certificate, in PEM. @default plain HTTP, or who the system trusts */
    readonly ca?: Output<string>;
  };
  /** What it shows browsers. @default plain HTTP */
  readonly certificate?: CertificateFiles;
  /** What the pod cannot start without: the namespace, its way through the network. */
  readonly after: readonly Resource[];
}

/** Dashboards for people, from files. */
export class Grafana extends ComponentResource {
  readonly address: Address;
  /** Of the user `admin`, who may see all and change nothing of the dashboards; secret. */
  readonly password: Output<string>;

  constructor(name: string, args: GrafanaArgs, opts: ComponentResourceOptions) {
    super('session-database:monitoring:Grafana', name, {}, opts);
    const { prometheus, certificate, after, ...grafana } = args;
    const { url, username, password: prometheusPassword, ca } = prometheus;
    const { result: password } = new RandomPassword(
      `${name}-password`,
      { length: 32, special: false },
      { parent: this },
    );
    const files = {
      [credentials.password]: password,
      // Its database ends with the pod, so the key may change with the password.
      [credentials.secretKey]: password.apply((of) => sha256(`secret key ${of}`)),
      [credentials.prometheusPassword]: secret(output(prometheusPassword)).apply((of) =>
        checkedPassword(username, of),
      ),
      ...(ca === undefined ? {} : { [credentials.prometheusCa]: ca }),
    };
    const objects = grafanaObjects({
      ...grafana,
      prometheus: { url, username },
      prometheusTls: ca !== undefined,
      tls: certificate !== undefined,
      // Not secret: a hash over long random passwords. As a secret it would hide the pod's annotations.
      credentialsChecksum: unsecret(all(files).apply((texts) => sha256(JSON.stringify(texts)))),
    });
    const inside = { parent: this, dependsOn: [...after] };
    const identity = grafanaIdentity(grafana.namespace);
    const made: Resource[] = [
      new Secret(`${name}-credentials`, secretOf(identity, credentialsSecretName, files), inside),
      ...(certificate === undefined
        ? []
        : [new Secret(`${name}-tls`, secretOf(identity, tlsSecretName, certificate), inside)]),
      ...Object.entries(objects.configMaps).map(
        ([of, configMap]) => new ConfigMap(`${name}-${of}`, configMap, inside),
      ),
      ...Object.entries(objects.dashboards).map(
        ([uid, configMap]) => new ConfigMap(`${name}-dashboard-${uid}`, configMap, inside),
      ),
      new ServiceAccount(`${name}-account`, objects.serviceAccount, inside),
    ];
    new Deployment(`${name}-deployment`, objects.deployment, {
      customTimeouts: rolloutTimeouts,
      parent: this,
      dependsOn: [...after, ...made],
    });
    new Service(`${name}-service`, objects.service, inside);
    this.address = grafanaAddress(grafana.namespace);
    this.password = password;
    this.registerOutputs({ address: this.address, password });
  }
}
