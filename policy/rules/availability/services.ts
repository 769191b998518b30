import { containersOf, makersOf, type Pods } from '../../model/pods';
import { isKind, isMade, metadataOf, type Resource, specOf, type Texts } from '../../model/resource';
import { stackRule } from '../../model/rule';
import { namespaceOf, selects } from '../../model/selectors';
import { workloadsOf } from './workloads';

interface Service {
  readonly type?: string;
  readonly clusterIP?: string;
  readonly selector?: Texts;
  readonly ports?: readonly { readonly port?: number; readonly targetPort?: number | string }[];
}

const servicesOf = (resources: readonly Resource[]): Resource[] =>
  resources.filter((resource) => isMade(resource) && isKind(resource, '', 'Service'));

/** Every pod of a StatefulSet has a name of its own in DNS. */
export const headlessService = stackRule({
  id: 'headless-service',
  demand: "A StatefulSet's serviceName is a headless Service of the stack that selects its pods.",
  reason: 'Without it the pods have no names in DNS by which they find each other.',
  remedy: "Add a Service with clusterIP None and the pods' labels, and name it in spec.serviceName.",
  severity: 'medium',
  reference: { framework: 'session-database', control: 'Availability' },
  check: (resources) => {
    const services = servicesOf(resources);
    return workloadsOf(resources)
      .filter(({ resource }) => isKind(resource, 'apps', 'StatefulSet'))
      .flatMap(({ resource, namespace, labels }) => {
        const { serviceName } = specOf<{ serviceName: string }>(resource);
        const place = `spec.serviceName is ${serviceName}`;
        if (serviceName === undefined) return [{ problem: 'spec.serviceName is left out', resource }];
        const service = services.find(
          (one) => metadataOf(one).name === serviceName && namespaceOf(one) === namespace,
        );
        if (service === undefined)
          return [{ problem: `${place}, which is no Service of the stack`, resource }];
        const { clusterIP, selector } = specOf<Service>(service);
        return [
          ...(clusterIP === 'None' ? [] : [{ problem: `${place}, which is not headless`, resource }]),
          ...(selector !== undefined && selects({ matchLabels: selector }, labels)
            ? []
            : [{ problem: `${place}, which does not select its pods`, resource }]),
        ];
      });
  },
});

/** No Service that leads nowhere. */
export const serviceTargetsPods = stackRule({
  id: 'service-targets-pods',
  demand: 'What a Service selects are pods of the stack, and the ports that it names are theirs.',
  reason: 'One with a wrong label or port takes connections that nobody answers.',
  remedy: "Set spec.selector to labels of the pods, and targetPort to a port's name or number.",
  severity: 'medium',
  reference: { framework: 'session-database', control: 'Availability' },
  check: (resources) => {
    const targets = targetsOf(resources);
    return servicesOf(resources).flatMap((resource) => {
      const { type, selector = {}, ports = [] } = specOf<Service>(resource);
      // Without a selector somebody else says where it leads; by another name there is nothing to select.
      if (type === 'ExternalName' || Object.keys(selector).length === 0) return [];
      const selected = targets.filter(
        (target) => target.namespace === namespaceOf(resource) && selectsTarget(selector, target),
      );
      if (selected.length === 0) return [{ problem: 'spec.selector selects no pods of the stack', resource }];
      return ports
        .map(({ targetPort }) => targetPort)
        .filter((port) => typeof port === 'string' && !selected.some(({ pods }) => hasPort(pods, port)))
        .map((port) => ({ problem: `targetPort ${port} is no port of the pods that it selects`, resource }));
    });
  },
});

interface Target {
  readonly namespace: string;
  readonly pods: Pods;
  /** Labels that its controller gives each pod of it. */
  readonly given: readonly Texts[];
}

/** Whatever makes pods, patches excepted. */
function targetsOf(resources: readonly Resource[]): Target[] {
  const workloads = workloadsOf(resources);
  return makersOf(resources).map(({ resource, pods }) => {
    const most = workloads.find((workload) => workload.resource === resource)?.most ?? 0;
    return { namespace: namespaceOf(resource), pods, given: labelsGivenBy(resource, most) };
  });
}

function labelsGivenBy(resource: Resource, most: number): Texts[] {
  if (!isKind(resource, 'apps', 'StatefulSet')) return [{}];
  const { ordinals } = specOf<{ ordinals: { readonly start?: number } }>(resource);
  const first = ordinals?.start ?? 0;
  return Array.from({ length: most }, (_, nth) => ({
    'statefulset.kubernetes.io/pod-name': `${metadataOf(resource).name}-${first + nth}`,
    'apps.kubernetes.io/pod-index': `${first + nth}`,
  }));
}

const selectsTarget = (selector: Texts, { pods, given }: Target): boolean =>
  given.some((own) =>
    Object.keys(selector).every((key) => selector[key] === (own[key] ?? pods.metadata.labels?.[key])),
  );

interface Ports {
  readonly ports?: readonly { readonly name?: string }[];
}

const hasPort = (pods: Pods, name: string): boolean =>
  containersOf(pods).some(({ container }) =>
    ((container as Ports).ports ?? []).some((port) => port.name === name),
  );
