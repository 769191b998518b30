import { parse } from 'yaml';
import type { Case, CasesByRule } from '../../support/cases';
import type { Anything } from '../../support/program';
import { namespace } from '../../support/make';
import { unknownStringValue as unknown } from '../../support/unknown';
import { type Change, nothing, under } from './changes';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const alertmanagerText =
  (text: string): Change =>
  (program) =>
    (program.props('Secret', 'alertmanager-config').data['alertmanager.yml'] = base64(text));

const alertmanager =
  (change: (value: Anything) => void): Change =>
  (program) => {
    const { data } = program.props('Secret', 'alertmanager-config');
    const value = parse(Buffer.from(data['alertmanager.yml'] as string, 'base64').toString('utf8'));
    change(value);
    data['alertmanager.yml'] = base64(JSON.stringify(value));
  };

const receiver = (settings: Anything): Change =>
  alertmanager((value) => value.receivers.push({ name: 'people', ...settings }));

/** What an Alertmanager is told by YAML, as people write it. */
const watchdogRoute = (route: string, receiverOf = 'webhook_configs: [{ url_file: /heartbeat }]') =>
  alertmanagerText(`
route:
  receiver: nobody
  routes:
    - receiver: heartbeat
      ${route}
receivers:
  - name: nobody
  - name: heartbeat
    ${receiverOf}
`);

const sitesOfSecrets: readonly (readonly [title: string, settings: Anything, path: string])[] = [
  ['the address of a webhook', { webhook_configs: [{ url: 'x' }] }, 'webhook_configs.0.url'],
  ['the address of Slack', { slack_configs: [{ api_url: 'x' }] }, 'slack_configs.0.api_url'],
  ['a second of them', { slack_configs: [{}, { api_url: 'x' }] }, 'slack_configs.1.api_url'],
  [
    'a password below others',
    { webhook_configs: [{ http_config: { basic_auth: { password: 'x' } } }] },
    'webhook_configs.0.http_config.basic_auth.password',
  ],
  ...[
    ...['password', 'credentials', 'client_secret', 'bearer_token', 'token', 'user_key', 'bot_token'],
    ...['app_token', 'routing_key', 'service_key', 'api_key', 'api_secret', 'secret_key', 'auth_password'],
    ...['auth_secret', 'webhook_url', 'slack_api_url', 'slack_app_token', 'smtp_auth_password'],
    ...['smtp_auth_secret', 'opsgenie_api_key', 'victorops_api_key', 'wechat_api_secret'],
    'telegram_bot_token',
  ].map((field) => [field, { any_configs: [{ [field]: 'x' }] }, `any_configs.0.${field}`] as const),
];

const answered = { watchdogTold: true };

export const alertmanagerSecrets: CasesByRule = {
  'am-secrets-by-file': {
    refused: {
      ...Object.fromEntries(
        sitesOfSecrets.map(([title, settings, path]): [string, Case] => [
          title,
          {
            change: receiver(settings),
            says: new RegExp(
              `^alertmanager.yml: receivers.1.${path.replaceAll('.', '\\.')} is written there\\. Use`,
            ),
          },
        ]),
      ),
      'a password for all': {
        change: alertmanager((value) => (value.global = { smtp_auth_password: 'x' })),
        says: 'alertmanager.yml: global.smtp_auth_password is written there',
      },
      'a Secret of text': {
        change: (program) =>
          program.add('kubernetes:core/v1:Secret', {
            metadata: { name: 'more', namespace },
            stringData: { 'alertmanager.yaml': 'global: { slack_api_url: x }' },
          }),
        says: 'alertmanager.yaml: global.slack_api_url is written there',
      },
      'a ConfigMap': {
        change: (program) =>
          program.add('kubernetes:core/v1:ConfigMap', {
            metadata: { name: 'more', namespace },
            data: { 'alertmanager.yml': 'global: { slack_api_url: x }' },
          }),
        says: 'alertmanager.yml: global.slack_api_url is written there',
      },
      'a file of another name': {
        change: (program) =>
          program.add('kubernetes:core/v1:ConfigMap', {
            metadata: { name: 'more', namespace },
            data: { 'am.yml': 'global: { slack_api_url: x }' },
          }),
        configuration: { files: ['am.yml'], watchdogTold: false },
        says: 'am.yml: global.slack_api_url is written there',
      },
      'Watchdog, which has no route': {
        change: alertmanager((value) => (value.route.routes = [])),
        says: 'alertmanager.yml: no route is for the alert Watchdog',
      },
      'routes of other alerts': {
        change: watchdogRoute(`matchers: ['alertname="Watchdogs"']`),
        says: 'no route',
      },
      'a route by another label': { change: watchdogRoute(`matchers: ['job="Watchdog"']`), says: 'no route' },
      'a route of all but Watchdog': {
        change: watchdogRoute(`matchers: ['alertname!="Watchdog"']`),
        says: 'no route',
      },
      'a route of other alerts, as it was written': {
        change: watchdogRoute('match: { alertname: Other }'),
        says: 'no route',
      },
      'no route at all': { change: alertmanager((value) => delete value.route), says: 'no route' },
      'no routes below the first': {
        change: alertmanager((value) => delete value.route.routes),
        says: 'no route',
      },
      'an empty file': { change: alertmanagerText(''), says: 'no route is for the alert Watchdog' },
      'a file that cannot be read': {
        change: alertmanagerText('a: ['),
        says: 'alertmanager.yml: it is no YAML',
      },
      'Watchdog, which is told to nobody': {
        change: nothing,
        configuration: {},
        says: 'alertmanager.yml: the alert Watchdog is told to nobody',
      },
      'Watchdog, whose receiver is not there': {
        change: alertmanagerText(
          'route: { routes: [{ receiver: none, matchers: [alertname=Watchdog] }] }\nreceivers: [{ name: other, webhook_configs: [] }]',
        ),
        configuration: answered,
        says: 'told to nobody',
      },
      'Watchdog, and no receivers': {
        change: alertmanagerText('route: { routes: [{ receiver: none, matchers: [alertname=Watchdog] }] }'),
        configuration: answered,
        says: 'told to nobody',
      },
    },
    passed: {
      'secrets by their files': {
        change: receiver({
          webhook_configs: [{ url_file: '/webhook' }],
          slack_configs: [{ api_url_file: '/slack' }],
          email_configs: [{ auth_password_file: '/password' }],
        }),
      },
      'addresses that are no secrets': {
        change: receiver({
          opsgenie_configs: [{ api_url: 'https://api.opsgenie.com' }],
          pagerduty_configs: [{ url: 'https://events.pagerduty.com' }],
        }),
      },
      'fields that are no texts': {
        change: receiver({ any_configs: [{ token: null, password: { a: 1 } }] }),
      },
      ...under(answered, {
        'Watchdog by a matcher': { change: watchdogRoute(`matchers: ['alertname="Watchdog"']`) },
        'Watchdog by a pattern': { change: watchdogRoute(`matchers: ['alertname=~"Dead|Watchdog"']`) },
        'Watchdog by the second matcher': {
          change: watchdogRoute(`matchers: ['severity="none"', 'alertname = Watchdog']`),
        },
        'Watchdog by matchers as one text': { change: watchdogRoute(`matchers: '{alertname="Watchdog"}'`) },
        'Watchdog as it was written': { change: watchdogRoute('match: { alertname: Watchdog }') },
        'Watchdog as a pattern was written': {
          change: watchdogRoute('match_re: { alertname: Dead|Watchdog }'),
        },
        'Watchdog by a route below another': {
          change: watchdogRoute(
            `routes: [{ receiver: heartbeat, matchers: ['alertname="Watchdog"'], routes: null }]`,
          ),
        },
        'Watchdog told by mail': {
          change: watchdogRoute(`matchers: ['alertname="Watchdog"']`, 'email_configs: []'),
        },
        'Watchdog told by the second of its routes': {
          change: alertmanagerText(`
route: { routes: [{ receiver: a, match: { alertname: Watchdog } }, { receiver: b, match: { alertname: Watchdog } }] }
receivers: [{ name: a }, { name: b, webhook_configs: [] }]`),
        },
      }),
      'a file that is not known yet': {
        change: (program) =>
          program.add('kubernetes:core/v1:Secret', {
            metadata: { name: 'more', namespace },
            data: { 'alertmanager.yml': unknown },
          }),
      },
      'a Secret of which nothing is known yet': {
        change: (program) =>
          program.add('kubernetes:core/v1:Secret', { metadata: { name: 'more', namespace }, data: unknown }),
      },
      'another file': {
        change: (program) =>
          program.add('kubernetes:core/v1:ConfigMap', {
            metadata: { name: 'more', namespace },
            data: { 'other.yml': 'global: { slack_api_url: x }' },
          }),
      },
      'an object without files': {
        change: (program) =>
          program.add('kubernetes:core/v1:ConfigMap', { metadata: { name: 'more', namespace } }),
      },
    },
  },
};
