import versions from '../../../versions.json';

/** A pod as the tests read it. */
export interface Pod {
  readonly status: {
    readonly podIP?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly phase?: string;
    readonly containerStatuses?: readonly {
      readonly state: { readonly terminated?: { readonly exitCode: number } };
    }[];
  };
}

export const isReady = (pod: Pod): boolean =>
  pod.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;

interface PodArgs {
  readonly name: string;
  readonly app: string;
  readonly node: string;
  /** Which of the two ports is called `admin`. */
  readonly admin?: number;
  /** bash program. @default Redis on 6379 and 6380 */
  readonly command?: string;
}

const servers =
  'for p in 6379 6380; do redis-server --port $p --save "" --appendonly no --protected-mode no --dir /tmp & done; wait';

/** A pod of the Redis image under the restricted Pod Security profile. */
export const podOf = ({ name, app, node, admin = 6380, command = servers }: PodArgs) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app } },
  spec: {
    nodeName: node,
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 0,
    restartPolicy: 'Never',
    securityContext: { runAsNonRoot: true, runAsUser: 999, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        name: 'main',
        image: `docker.io/library/redis:${versions.redis}`,
        command: ['bash', '-c', command],
        ports: [
          { name: 'admin', containerPort: admin },
          { name: 'other', containerPort: admin === 6380 ? 6379 : 6380 },
        ],
        ...(command === servers
          ? { readinessProbe: { tcpSocket: { port: 6379 }, periodSeconds: 1, failureThreshold: 1 } }
          : {}),
        resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '128Mi' } },
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      },
    ],
  },
});
