import { problems } from '../support/configuration';
import { email } from '../support/receivers';

const severities = ['critical'];
const receiver = (kind: object) => ({ receivers: [{ name: 'office', severities, ...kind }] });
const mail = (changes: object) => receiver({ email: { ...email, ...changes } });
const hook = (url: string) => receiver({ webhook: { url } });
const retention = (text: string) => ({ prometheus: { retention: text } });
const host = (name: string) => ({ ingress: { hosts: { grafana: name }, secretName: 'browsers-tls' } });

// Each goes into the configuration of another program as it is.
test.each<[string, object]>([
  ['an address with http', hook('http://hooks.internal:8080/a')],
  ['an address with https', hook('https://hooks.example.com/a?b=c')],
  ['a mail server by its address', mail({ server: '10.0.0.1:25' })],
  ['a name of two words', mail({ to: 'Office <office@example.com>' })],
  ['a name of one letter', mail({ username: 'a' })],
  ['days', retention('9d')],
  ['hours', retention('99999h')],
  ['a host of many parts', host('a.b-c.example.com')],
])('%s is taken', (_, monitoring) => {
  expect(problems({ environment: 'dev', monitoring })).toEqual([]);
});

const aUrl = 'receivers[0].webhook.url: got something else; allowed: a URL with https, or with http';
const aTime = 'allowed: hours or days, such as 720h or 30d';
const aServer = 'allowed: host:port, such as mail.example.org:587';
const aHost = 'allowed: a host name, such as grafana.example.org';

test.each<[string, object, string]>([
  ['a scheme that only ends as https', hook('git+https://hooks.example.com/'), aUrl],
  ['a scheme without a host', hook('https://'), aUrl],
  ['an address after a word', hook('see https://hooks.example.com/'), aUrl],
  ['no address', hook(''), aUrl],
  [
    'a mail server with a scheme',
    mail({ server: 'smtp://mail.example.com:587' }),
    `receivers[0].email.server: got "smtp://mail.example.com:587"; ${aServer}`,
  ],
  [
    'a mail server with more after its port',
    mail({ server: 'mail.example.com:587/tls' }),
    `receivers[0].email.server: got "mail.example.com:587/tls"; ${aServer}`,
  ],
  ['an address of nobody', mail({ to: '' }), 'receivers[0].email.to: got ""; allowed: an address'],
  [
    'an address with space before it',
    mail({ to: ' a' }),
    'receivers[0].email.to: got " a"; allowed: an address',
  ],
  [
    'an address with space after it',
    mail({ to: 'a ' }),
    'receivers[0].email.to: got "a "; allowed: an address',
  ],
  [
    'an empty password',
    mail({ password: '' }),
    'receivers[0].email.password: got something else; allowed: text',
  ],
  ['a time in words', retention('30days'), `prometheus.retention: got "30days"; ${aTime}`],
  ['a time of two parts', retention('1d12h'), `prometheus.retention: got "1d12h"; ${aTime}`],
  ['no time', retention('0h'), `prometheus.retention: got "0h"; ${aTime}`],
  ['a host without a domain', host('grafana'), `ingress.hosts.grafana: got "grafana"; ${aHost}`],
  ['a host with a path', host('example.com/a'), `ingress.hosts.grafana: got "example.com/a"; ${aHost}`],
])('%s is refused', (_, monitoring, message) => {
  expect(problems({ environment: 'dev', monitoring })).toEqual([`monitoring.${message}`]);
});

const aName = 'allowed: at most 32 of a-z, 0-9 and -, a letter or digit first and last';
const aNamespace =
  'allowed: a DNS label: at most 63 of a-z, 0-9 and -, a letter or digit first and last; not default, and none of kube-*';
const authority = (name: string) => ({ tls: { authorities: [name] } });

test.each<[string, object]>([
  ['a path of a kubeconfig', { cluster: { kubeconfig: '/home/ops/.kube/config' } }],
  ['a path of one letter', { cluster: { kubeconfig: 'k' } }],
  ['a context', { cluster: { context: 'admin@prod' } }],
  ['an authority of one letter', authority('a')],
  ['an authority of 32 characters', authority(`a${'-'.repeat(30)}2`)],
  ['a namespace whose name only has that of a special one in it', { namespace: 'default-kube-sessions' }],
])('%s is taken', (_, settings) => {
  expect(problems({ environment: 'dev', ...settings })).toEqual([]);
});

test.each<[string, object, string]>([
  [
    'the content of a kubeconfig of one word',
    { cluster: { kubeconfig: 'a{b' } },
    'cluster.kubeconfig: got something else; allowed: the path of a file, not its content',
  ],
  [
    'a context of two words',
    { cluster: { context: 'prod admin' } },
    'cluster.context: got "prod admin"; allowed: the name of a context, without spaces',
  ],
  [
    'a context with space around it',
    { cluster: { context: ' prod' } },
    'cluster.context: got " prod"; allowed: the name of a context, without spaces',
  ],
  ['an authority with a capital', authority('aB'), `tls.authorities[0]: got "aB"; ${aName}`],
  ['an authority that ends in a dash', authority('a-'), `tls.authorities[0]: got "a-"; ${aName}`],
  ['an authority that begins with one', authority('-a'), `tls.authorities[0]: got "-a"; ${aName}`],
  [
    'an authority of 33 characters',
    authority('a'.repeat(33)),
    `tls.authorities[0]: got "${'a'.repeat(33)}"; ${aName}`,
  ],
  ["the cluster's default namespace", { namespace: 'default' }, `namespace: got "default"; ${aNamespace}`],
  ["a namespace of the cluster's own", { namespace: 'kube-x' }, `namespace: got "kube-x"; ${aNamespace}`],
])('%s is refused', (_, settings, message) => {
  expect(problems({ environment: 'dev', ...settings })).toEqual([message]);
});

test('of a long text that is wrong, a message has the beginning', () => {
  const quantity = 'allowed: a quantity of bytes above zero, such as 512Mi, 1.5Gi or 2G';
  const of = (memory: string) => problems({ environment: 'dev', redis: { memory } });
  expect(of('a'.repeat(58))).toEqual([`redis.memory: got "${'a'.repeat(58)}"; ${quantity}`]);
  expect(of('a'.repeat(59))).toEqual([`redis.memory: got "${'a'.repeat(59)}…; ${quantity}`]);
});

test('a setting of an environment that is wrong is still held against others that are given', () => {
  const given = { redis: { memory: '256Mi', maxmemory: '200Mi', mode: 'standalone' } };
  expect(problems({ environment: 'qa', ...given })).toEqual([
    'environment: got "qa"; allowed: dev, staging, prod',
    'redis.maxmemory: got "200Mi"; allowed: at most 192Mi, 75 % of redis.memory (256Mi); ' +
      'the rest is needed for connections, buffers and saving',
  ]);
});
