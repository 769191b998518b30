import { createServer, type AddressInfo } from 'node:net';
import { CoreV1Api, KubeConfig, PortForward } from '@kubernetes/client-node';
import { selectorText } from '../components/kubernetes/labels';

/** A kubeconfig file, loaded. */
export function loadKubeconfig(file: string): KubeConfig {
  const config = new KubeConfig();
  config.loadFromFile(file);
  return config;
}

/**
 * The name of a ready pod with these labels.
 *
 * @throws Error when there is none
 */
export async function readyPod(
  config: KubeConfig,
  namespace: string,
  labels: Readonly<Record<string, string>>,
): Promise<string> {
  const labelSelector = selectorText(labels);
  const { items } = await config.makeApiClient(CoreV1Api).listNamespacedPod({ namespace, labelSelector });
  const ready = items.find(({ metadata, status }) => {
    const condition = status?.conditions?.find(({ type }) => type === 'Ready');
    return condition?.status === 'True' && metadata?.deletionTimestamp === undefined;
  });
  if (!ready?.metadata?.name) throw new Error(`no pod in ${namespace} with ${labelSelector} is ready`);
  return ready.metadata.name;
}

/** The files of a Secret. */
export async function secretFiles(
  config: KubeConfig,
  namespace: string,
  name: string,
): Promise<Readonly<Record<string, string>>> {
  const { data = {} } = await config.makeApiClient(CoreV1Api).readNamespacedSecret({ namespace, name });
  return Object.fromEntries(
    Object.entries(data).map(([file, text]) => [file, Buffer.from(text, 'base64').toString('utf8')]),
  );
}

/** A local port that leads into a pod. */
export interface Forward {
  readonly port: number;
  readonly close: () => void;
}

// The web socket, whose own types the library leaves to another package.
interface Channel {
  close(): void;
}

/** Opens a port on loopback whose connections end in the pod, as `kubectl port-forward` does. */
export async function forward(
  config: KubeConfig,
  namespace: string,
  pod: string,
  podPort: number,
): Promise<Forward> {
  const forwarder = new PortForward(config);
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    forwarder
      .portForward(namespace, pod, [podPort], socket, null, socket)
      .then((opened) => {
        const channel = opened as unknown as Channel | (() => Channel | null);
        socket.on('close', () => (typeof channel === 'function' ? channel() : channel)?.close());
      })
      .catch(() => socket.destroy());
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}
