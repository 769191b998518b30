import { z } from 'zod';
import {
  choice,
  cpu,
  dnsLabel,
  dnsSubdomain,
  flag,
  fraction,
  labelKey,
  labels,
  memory,
  namespaceName,
  text,
  volume,
  whole,
} from './kinds';

const url = (description: string) =>
  text((value) => URL.canParse(value) && /^https?:\/\//.test(value), {
    description,
    allowed: 'a URL with https, or with http',
    confidential: true,
  });

const line = (description: string, allowed: string) =>
  text((value) => /^\S(.*\S)?$/.test(value), { description, allowed });

const hidden = (description: string) =>
  text((value) => value !== '', { description, allowed: 'text', confidential: true });

const host = (server: string) =>
  text((value) => dnsSubdomain.test(value) && value.includes('.'), {
    description: `Host name of ${server} in browsers. Left out: it is reached by \`make dashboards\` only.`,
    allowed: `a host name, such as ${server.toLowerCase()}.example.org`,
  });

const severities = ['critical', 'warning', 'info'] as const;

const number = (min: number, max: number, description: string) =>
  z
    .preprocess(
      (value) => (typeof value === 'string' && value !== '' ? Number(value) : value),
      z.number().min(min).max(max),
    )
    .meta({ description, allowed: `a number from ${min} to ${max}` });

const receivers = z.array(
  z.strictObject({
    name: text((value) => dnsLabel.test(value), {
      description: 'Name of a receiver of alerts.',
      allowed: 'a DNS label: at most 63 of a-z, 0-9 and -, a letter or digit first and last',
    }),
    severities: z.array(choice(severities, 'What it is told of: critical wakes people.')),
    webhook: z
      .strictObject({ url: url('Address that gets alerts as JSON. Set it with --secret.') })
      .optional(),
    slack: z
      .strictObject({
        url: url("Address of Slack's incoming webhook. Set it with --secret."),
        channel: line('Channel.', 'the name of a channel, such as #oncall'),
      })
      .optional(),
    pagerduty: z
      .strictObject({ routingKey: hidden("Key of PagerDuty's Events API v2. Set it with --secret.") })
      .optional(),
    email: z
      .strictObject({
        to: line('Who gets the mail.', 'an address'),
        from: line('Whom it is from.', 'an address'),
        server: text((value) => /^[-a-zA-Z0-9.]+:\d{1,5}$/.test(value), {
          description: 'Mail server; it has to speak TLS.',
          allowed: 'host:port, such as mail.example.org:587',
        }),
        username: line('Who logs in there.', 'a user name'),
        password: hidden('With which password. Set it with --secret.'),
      })
      .optional(),
  }),
);

/** Settings of everything that watches the platform. */
export const monitoring = z.strictObject({
  mode: choice(
    ['bundled', 'operator', 'off'],
    'Whether the platform has Prometheus, Alertmanager and Grafana of its own, gives metrics, rules and dashboards to those ' +
      'of a Prometheus Operator that is there already, or has nothing of it.',
  ),
  operator: z.strictObject({
    prometheus: z.strictObject({
      namespace: namespaceName('Namespace of the pods of that Prometheus, in mode operator.'),
      podLabels: labels('Labels that pick those pods.'),
    }),
    labels: labels('Labels by which it picks PodMonitors and PrometheusRules.'),
    dashboardLabels: labels("Labels by which Grafana's sidecar picks ConfigMaps with dashboards."),
  }),
  kubelets: choice(
    ['verified', 'unverified', 'off'],
    'Whether Prometheus reads from the kubelets how containers and volumes do; unverified where their certificates are not ' +
      "the cluster's.",
  ),
  prometheus: z.strictObject({
    cpu: cpu('CPU that Prometheus asks for. It has no limit.'),
    memory: memory('Memory of Prometheus, request and limit.'),
    retention: text((value) => /^[1-9]\d{0,4}[hd]$/.test(value), {
      description: 'How long Prometheus remembers.',
      allowed: 'hours or days, such as 720h or 30d',
    }),
    storage: volume('what Prometheus remembers'),
  }),
  alertmanager: z.strictObject({
    pods: whole(1, 5, 'Alertmanagers. Several tell each other what they have sent, by TLS.'),
    cpu: cpu('CPU that an Alertmanager asks for. It has no limit.'),
    memory: memory('Memory of an Alertmanager, request and limit.'),
    storage: volume('silences, and what was sent'),
  }),
  grafana: z.strictObject({
    enabled: flag('Whether there is a Grafana.'),
    cpu: cpu('CPU that Grafana asks for. It has no limit.'),
    memory: memory('Memory of Grafana, request and limit.'),
  }),
  receivers,
  heartbeat: url(
    'Address that is told once a minute that alerts work, and raises an alarm when it is not.',
  ).optional(),
  ingress: z.strictObject({
    hosts: z.strictObject({
      prometheus: host('Prometheus').optional(),
      alertmanager: host('Alertmanager').optional(),
      grafana: host('Grafana').optional(),
    }),
    class: text((value) => dnsSubdomain.test(value), {
      description: "Class of the Ingress controller. Left out: the cluster's default class.",
      allowed: 'the name of an Ingress class, such as nginx',
    }).optional(),
    secretName: text((value) => dnsSubdomain.test(value), {
      description:
        "Secret in the platform's namespace with the certificate for browsers, such as cert-manager makes. Left out: the " +
        "platform's own authority signs one, where tls.enabled is true.",
      allowed: 'the name of a Secret',
    }).optional(),
    annotations: z.record(z.string().regex(labelKey), z.string()).meta({
      description: 'Annotations of the Ingresses, such as cert-manager.io/cluster-issuer.',
      allowed: 'a mapping of annotations to text',
    }),
    controller: z.strictObject({
      namespace: namespaceName('Namespace of the pods of the Ingress controller.'),
      podLabels: labels('Labels that pick those pods.'),
    }),
  }),
  runbooks: line('Where the links of alerts lead to: the folder of the runbooks.', 'a URL or a path'),
  thresholds: z.strictObject({
    memory: fraction('Part of maxmemory in use from which on an alert fires.'),
    volumeFree: fraction('Part of a volume that is free below which an alert fires.'),
    replicaLagMebibytes: whole(1, 1_000_000, 'Mebibytes that a replica may be behind.'),
    commandMilliseconds: number(0.01, 10_000, 'Mean milliseconds that Redis may take for a command.'),
    clients: fraction('Part of maxClients that may be connected.'),
    failedLogins: whole(1, 1_000_000, 'Logins that may fail in ten minutes.'),
    certificateDays: whole(1, 3650, 'Days before its end by which a certificate should have been renewed.'),
    massLogout: fraction('Part of all sessions that may end within 15 minutes without having expired.'),
    sessionSurge: number(1.1, 1000, 'Times as many sessions as an hour ago that are no surge.'),
  }),
  objectives: z.strictObject({
    availability: fraction('Part of the time in which sessions can be read and written, as is promised.'),
    latency: fraction('Part of the calls that Redis answers within latencyMilliseconds, as is promised.'),
    // Redis counts calls by these bounds.
    latencyMilliseconds: z
      .preprocess(
        (value) => (typeof value === 'string' ? Number(value) : value),
        z.literal([1, 2, 4, 8, 16, 33]),
      )
      .meta({ description: 'Milliseconds that a call may take.', allowed: '1, 2, 4, 8, 16 or 33' }),
  }),
});
