import { problems } from '../support/configuration';
import { email, secretUrl, slack, webhook } from '../support/receivers';

const oneOf = 'allowed: a name, severities, and one of webhook, slack, pagerduty, email';

describe('receivers', () => {
  const refused = (...receivers: object[]) => problems({ environment: 'dev', monitoring: { receivers } });

  test('are each of one kind', () => {
    expect(
      refused(
        webhook,
        { name: 'chat', severities: ['warning', 'info'], slack },
        { name: 'pager', severities: ['critical'], pagerduty: { routingKey: 'SECRET' } },
        { name: 'mail', severities: ['info'], email },
      ),
    ).toEqual([]);
  });

  test.each<[string, object[], string]>([
    ['of no kind', [webhook, { name: 'other', severities: [] }], `monitoring.receivers[1]: ${oneOf}`],
    ['of two kinds', [{ ...webhook, slack }], `monitoring.receivers[0]: ${oneOf}`],
    [
      'with the name of another',
      [webhook, { ...webhook, name: 'other' }, webhook],
      'monitoring.receivers[2].name: got "office"; allowed: another name for each, and none of nobody, heartbeat',
    ],
    [
      "with a name of the platform's own: nobody",
      [{ ...webhook, name: 'nobody' }],
      'monitoring.receivers[0].name: got "nobody"; allowed: another name for each, and none of nobody, heartbeat',
    ],
    [
      "with a name of the platform's own: heartbeat",
      [webhook, { ...webhook, name: 'heartbeat' }],
      'monitoring.receivers[1].name: got "heartbeat"; allowed: another name for each, and none of nobody, heartbeat',
    ],
    [
      'with a name that is no DNS label',
      [{ ...webhook, name: 'The Office' }],
      'monitoring.receivers[0].name: got "The Office"; allowed: a DNS label: at most 63 of a-z, 0-9 and -, a letter or ' +
        'digit first and last',
    ],
    [
      'that is told of what there is not',
      [{ ...webhook, severities: ['fatal'] }],
      'monitoring.receivers[0].severities[0]: got "fatal"; allowed: critical, warning, info',
    ],
    [
      'whose mail server has no port',
      [{ name: 'mail', severities: [], email: { ...email, server: 'mail.example.com' } }],
      'monitoring.receivers[0].email.server: got "mail.example.com"; allowed: host:port, such as mail.example.org:587',
    ],
  ])('%s are refused', (_, given, message) => {
    expect(refused(...given)).toEqual([message]);
  });
});

describe('a message does not repeat what may be a secret', () => {
  const of = (monitoring: unknown) => problems({ environment: 'dev', monitoring });
  const receiver = (kind: object) => of({ receivers: [{ name: 'office', severities: [], ...kind }] });
  const aUrl = 'got something else; allowed: a URL with https, or with http';

  test.each<[string, readonly string[], string]>([
    [
      'the URL of a webhook',
      receiver({ webhook: { url: 'hooks.example.com/SECRET' } }),
      `monitoring.receivers[0].webhook.url: ${aUrl}`,
    ],
    [
      'the URL of Slack',
      receiver({ slack: { ...slack, url: 'ftp://hooks.example.com/SECRET' } }),
      `monitoring.receivers[0].slack.url: ${aUrl}`,
    ],
    [
      'a key',
      receiver({ pagerduty: { routingKey: ['SECRET'] } }),
      'monitoring.receivers[0].pagerduty.routingKey: got something else; allowed: text',
    ],
    [
      'a password',
      receiver({ email: { ...email, password: ['SECRET'] } }),
      'monitoring.receivers[0].email.password: got something else; allowed: text',
    ],
    ['the heartbeat', of({ heartbeat: 'SECRET' }), `monitoring.heartbeat: ${aUrl}`],
    [
      'a URL one level too high',
      receiver({ webhook: secretUrl }),
      'monitoring.receivers[0].webhook: got something else; allowed: a mapping of url',
    ],
    [
      'a key one level too high',
      receiver({ pagerduty: 'SECRET' }),
      'monitoring.receivers[0].pagerduty: got something else; allowed: a mapping of routingKey',
    ],
    [
      'a URL in the place of a receiver',
      of({ receivers: [secretUrl] }),
      'monitoring.receivers[0]: got something else; allowed: a mapping of name, severities, webhook, slack, pagerduty, email',
    ],
    [
      'a URL in the place of the list',
      of({ receivers: secretUrl }),
      'monitoring.receivers: got something else; allowed: a list',
    ],
    [
      'broken JSON',
      of(`{"heartbeat":"${secretUrl}"`),
      'monitoring: got something else; allowed: a mapping of mode, operator, kubelets, prometheus, alertmanager, grafana, ' +
        'receivers, heartbeat, ingress, runbooks, thresholds, objectives',
    ],
  ])('%s', (_, found, message) => {
    expect(found).toEqual([message]);
  });
});
