import { alerts } from '../components/monitoring/rules';
import { environments } from '../stacks/environments';
import { ruleSettings } from '../stacks/monitoringPlan';
import { table } from './table';

/** The text of docs/runbooks/README.md: every alert that a stack can have, in the order in which they are evaluated. */
export function runbooks(): string {
  // Nothing that a stack can have is missing in this one.
  const settings = ruleSettings({ environment: 'prod', ...environments.prod }, 'sentinel', {});
  const rows = alerts(settings).map(({ alert, severity, description }) => [
    `[${alert}](${alert}.md)`,
    severity,
    description,
  ]);
  return `# Runbooks

<!-- Made from components/monitoring/rules by scripts/generate.ts. -->

A page for each alert: what it means for users, what raises it in \`make chaos\`, how to look, what it may be, what to do,
and how to see that it is over.

- \`critical\` wakes somebody: sessions cannot be used, or soon cannot. \`warning\` is for the day, \`info\` for who looks.
- Commands are for stack \`prod\` and its namespace, \`session-database-prod\`; an alert has the namespace of its stack in the label
  \`platform\`. \`kubectl\` is \`.platform/bin/kubectl\` on the embedded cluster; with a cluster of your own \`make\` needs
  \`KUBECONFIG=file\`, and \`make heal\`, \`fail\` and \`cut\` have nothing to do there.
- PromQL goes to Prometheus: \`make dashboards STACK=prod\`, then http://127.0.0.1:9090.
- \`make connect ROLE=admin STACK=prod\` opens redis-cli in a pod of Redis that is ready. Lines that begin with \`#\` and two
  spaces are typed there: \`connect redis-1 6379\` goes on to another pod, \`connect sentinel-0 26379\` to a Sentinel.
- Settings go to \`Pulumi.prod.yaml\`, where Git keeps them; what is set by \`CONFIG SET\` is gone with the pod's next start.
  The program refuses sizes that do not fit each other and says what would.
- In mode standalone there is one pod, \`redis-0\`, no Sentinel and no proxy: alerts on those do not exist, and
  \`make switchover\` has nobody to hand over to.

${table(['alert', 'severity', 'what it means'], rows)}`;
}
