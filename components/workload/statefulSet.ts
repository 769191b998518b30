import { metadata, selectorLabels } from '../kubernetes/labels';
import { podTemplate, type Workload } from './pod';

/** The service account of a workload: its own, and its token is mounted nowhere. */
export function serviceAccount({ identity }: Pick<Workload, 'identity'>) {
  return { metadata: metadata(identity, identity.name), automountServiceAccountToken: false };
}

/**
 * The StatefulSet of a workload, with a volume for each of its claimed folders. Volumes outlive the StatefulSet
 * and its scaling in; they go with their namespace.
 * @param serviceName - the headless Service that names the pods
 */
export function statefulSet(workload: Workload, replicas: number, serviceName: string) {
  const { identity } = workload;
  return {
    metadata: metadata(identity, identity.name),
    spec: {
      replicas,
      serviceName,
      // Cannot be changed later without replacing the StatefulSet; right for one pod as for several.
      podManagementPolicy: 'Parallel',
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
      selector: { matchLabels: selectorLabels(identity) },
      template: podTemplate(workload),
      volumeClaimTemplates: Object.entries(workload.folders).flatMap(([name, folder]) =>
        'claim' in folder
          ? [
              {
                // No standard labels: the version among them would change, and these templates cannot.
                metadata: { name, labels: selectorLabels(identity) },
                spec: {
                  accessModes: ['ReadWriteOnce'],
                  resources: { requests: { storage: folder.claim.size } },
                  ...(folder.claim.storageClass === undefined
                    ? {}
                    : { storageClassName: folder.claim.storageClass }),
                },
              },
            ]
          : [],
      ),
    },
  };
}
