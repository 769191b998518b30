// Opens Grafana, Prometheus and Alertmanager on ports of this computer until it is ended.
import { forward, loadKubeconfig, readyPod } from './cluster';
import { openMonitor, serve } from './monitoring';
import { scriptOptions, stackOutputs } from './stack';

const ports = { grafana: 3000, prometheus: 9090, alertmanager: 9093 };

async function dashboards(): Promise<void> {
  const { stack, kubeconfig } = scriptOptions();
  const outputs = stackOutputs(stack);
  if (outputs.monitoring === undefined) {
    throw new Error(`stack ${stack} has no monitoring of its own: monitoring.mode is off`);
  }
  const config = loadKubeconfig(kubeconfig);
  const { namespace, ca } = outputs.redis;
  for (const [name, port] of Object.entries(ports)) {
    const server = outputs.monitoring[name as keyof typeof ports];
    if (server === undefined) {
      console.log(`· ${name.padEnd(13)} is not in this stack`);
      continue;
    }
    const pod = await readyPod(config, namespace, server.podLabels);
    const tunnel = await forward(config, namespace, pod, Number(new URL(server.url).port));
    await serve(openMonitor(server, tunnel, ca), port);
    console.log(`✔ ${name.padEnd(13)} http://127.0.0.1:${port}`);
  }
  console.log(
    'You are logged in there as who may do everything; so is whoever works on this computer. End it with Ctrl-C.',
  );
}

dashboards().catch((error: unknown) => {
  console.error(`✖ ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
});
