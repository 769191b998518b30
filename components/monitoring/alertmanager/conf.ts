import { json } from '../web';
import { inhibitions } from './inhibitions';

/** Where alerts are sent. The secret of each is a file, below `receiversFolder`. */
export type Receiver = {
  /** Unique; a DNS label. */
  readonly name: string;
  /** What it is told of. */
  readonly severities: readonly ('critical' | 'warning' | 'info')[];
} & (
  | { readonly webhook: { readonly url: string } }
  | { readonly slack: { readonly url: string; readonly channel: string } }
  | { readonly pagerduty: { readonly routingKey: string } }
  | {
      readonly email: {
        readonly to: string;
        readonly from: string;
        /** Mail server, as host:port. */
        readonly server: string;
        readonly username: string;
        readonly password: string;
      };
    }
);

/** Folder of the receivers' secrets. */
export const receiversFolder = '/etc/session-database/receivers';
/** File in it with the address that is told all the time that alerts work, and is to raise an alarm when it is not. */
export const heartbeatFile = 'heartbeat';

/** The file of a receiver's secret, and the secret. */
export const receiverSecret = (receiver: Receiver): readonly [file: string, secret: string] =>
  'webhook' in receiver
    ? [`${receiver.name}.url`, receiver.webhook.url]
    : 'slack' in receiver
      ? [`${receiver.name}.url`, receiver.slack.url]
      : 'pagerduty' in receiver
        ? [`${receiver.name}.key`, receiver.pagerduty.routingKey]
        : [`${receiver.name}.password`, receiver.email.password];

/** TCP port that a receiver is dialled on. */
export const receiverPort = (receiver: Receiver): number =>
  'webhook' in receiver
    ? portOf(receiver.webhook.url)
    : 'slack' in receiver
      ? // There are servers in the own network that take what Slack takes.
        portOf(receiver.slack.url)
      : 'email' in receiver
        ? Number(receiver.email.server.split(':').pop())
        : 443;

/** Port of a URL with http or https. */
export function portOf(url: string): number {
  const { port, protocol } = new URL(url);
  return port === '' ? (protocol === 'http:' ? 80 : 443) : Number(port);
}

const nobody = 'nobody';
const heartbeat = 'heartbeat';

/** How soon, and how often: what wakes people at once, the rest together. */
const urgent = { group_wait: '2s', group_interval: '1m', repeat_interval: '4h' };
const later = { group_wait: '1m', group_interval: '5m', repeat_interval: '12h' };

/**
 * alertmanager.yml, as JSON, which is YAML.
 * @param hasHeartbeat - whether there is somebody who notices when alerts stop working
 */
export function alertmanagerConf(receivers: readonly Receiver[], hasHeartbeat: boolean): string {
  return json({
    route: {
      receiver: nobody,
      group_by: ['alertname'],
      routes: [
        {
          matchers: ['alertname="Watchdog"'],
          receiver: hasHeartbeat ? heartbeat : nobody,
          ...{ group_wait: '0s', group_interval: '1m', repeat_interval: '1m' },
        },
        ...receivers.flatMap(({ name, severities }) => {
          const rest = severities.filter((severity) => severity !== 'critical');
          return [
            ...(severities.includes('critical')
              ? [{ matchers: ['severity="critical"'], receiver: name, continue: true, ...urgent }]
              : []),
            ...(rest.length === 0
              ? []
              : [{ matchers: [`severity=~"${rest.join('|')}"`], receiver: name, continue: true, ...later }]),
          ];
        }),
      ],
    },
    inhibit_rules: inhibitions,
    receivers: [
      { name: nobody },
      ...receivers.map((receiver) => ({ name: receiver.name, ...settings(receiver) })),
      ...(hasHeartbeat
        ? [
            {
              name: heartbeat,
              webhook_configs: [{ url_file: file(heartbeatFile), send_resolved: false, max_alerts: 1 }],
            },
          ]
        : []),
    ],
  });
}

const file = (name: string): string => `${receiversFolder}/${name}`;

const title = '{{ .Status | toUpper }}: {{ .CommonLabels.alertname }} ({{ .CommonLabels.severity }})';
const text =
  '{{ range .Alerts }}{{ .Annotations.summary }}\n{{ .Annotations.description }}\n{{ .Annotations.runbook_url }}\n\n{{ end }}';

function settings(receiver: Receiver) {
  const [name] = receiverSecret(receiver);
  if ('webhook' in receiver) return { webhook_configs: [{ url_file: file(name), send_resolved: true }] };
  if ('slack' in receiver) {
    const { channel } = receiver.slack;
    return { slack_configs: [{ api_url_file: file(name), channel, title, text, send_resolved: true }] };
  }
  if ('pagerduty' in receiver) {
    return { pagerduty_configs: [{ routing_key_file: file(name), description: title, send_resolved: true }] };
  }
  const { to, from, server, username } = receiver.email;
  return {
    email_configs: [
      {
        ...{ to, from, smarthost: server, auth_username: username, auth_password_file: file(name) },
        ...{ headers: { subject: title }, html: '', text, send_resolved: true, require_tls: true },
      },
    ],
  };
}
