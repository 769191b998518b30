import { containersOf, type Pods } from '../../model/pods';

/** An image that a pod's node pulls, and where the pod names it. */
export interface Image {
  /** `spec.template.spec.containers[redis].image` */
  readonly path: string;
  readonly reference: string | undefined;
  /** When it is pulled, and where the pod says so. */
  readonly pullPolicy: string | undefined;
  readonly pullPolicyPath: string;
}

interface ImageVolume {
  readonly name?: string;
  readonly image?: { readonly reference?: string; readonly pullPolicy?: string };
}

/** Every image of pods: of all their containers, and of volumes that are images themselves. */
export function imagesOf(pods: Pods): Image[] {
  const ofContainers = containersOf(pods).map(({ container, path }) => ({
    path: `${path}.image`,
    reference: container.image,
    pullPolicy: container.imagePullPolicy,
    pullPolicyPath: `${path}.imagePullPolicy`,
  }));
  const ofVolumes = ((pods.spec.volumes ?? []) as readonly ImageVolume[]).flatMap(({ name, image }) => {
    const path = `${pods.path}.volumes[${name}].image`;
    return image === undefined
      ? []
      : [
          {
            path: `${path}.reference`,
            reference: image.reference,
            pullPolicy: image.pullPolicy,
            pullPolicyPath: `${path}.pullPolicy`,
          },
        ];
  });
  return [...ofContainers, ...ofVolumes];
}

/** An image's reference in its parts. */
export interface Reference {
  /** Registry and repository, in full: `docker.io/library/redis`. */
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/** Takes a reference apart as container runtimes do: what names no registry is Docker Hub's, without a folder its library's. */
export function parse(reference: string): Reference {
  const [named = '', digest] = reference.split('@');
  // A colon before the last slash is a registry's port.
  const [, path = '', tag] = /^(.*?)(?::([^:/]*))?$/.exec(named) ?? [];
  return { repository: inFull(path), tag, digest };
}

function inFull(path: string): string {
  const [first = '', ...rest] = path.split('/');
  if (rest.length === 0) return `docker.io/library/${path}`;
  if (!/[.:]|^localhost$/.test(first)) return `docker.io/${path}`;
  if (first !== 'docker.io' && first !== 'index.docker.io') return path;
  return rest.length === 1 ? `docker.io/library/${rest[0]}` : `docker.io/${rest.join('/')}`;
}
