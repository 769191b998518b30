import type { CasesByRule } from '../../support/cases';
import type { Anything } from '../../support/program';
import { all } from '../../support/make';
import { type Change, nothing, renamed, rewritten, without } from './changes';

const grafanaIni = (change: (text: string) => string) => rewritten('grafana-config-', 'grafana.ini', change);

const grafana = (from: string | RegExp, to: string): Change =>
  grafanaIni((text) => {
    const changed = text.replace(from, to);
    if (changed === text) throw new Error(`grafana.ini has no ${from.toString()}`);
    return changed;
  });

const grafanaEnv =
  (name: string, value: Anything): Change =>
  (program) => {
    const container = program.container('Deployment', 'grafana');
    container.env = [...(container.env ?? []), { name, ...value }];
  };

const strictGrafana = grafana('cookie_secure = true', 'cookie_secure = true\ncookie_samesite = strict');

export const grafanaHardened: CasesByRule = {
  'grafana-hardened': {
    refused: {
      'people without a login': {
        change: grafana(/(\[auth\.anonymous\]\s+enabled =) false/, '$1 true'),
        says: 'grafana.ini: auth.anonymous.enabled is true. Set auth.anonymous',
      },
      'people who make themselves one': {
        change: grafana('allow_sign_up = false', 'allow_sign_up = true'),
        says: 'grafana.ini: users.allow_sign_up is true',
      },
      'cookies over plaintext': {
        change: grafana('cookie_secure = true', 'cookie_secure = false'),
        says: 'grafana.ini: security.cookie_secure is false',
      },
      'cookies over plaintext, as by itself': {
        change: grafana('cookie_secure = true\n', ''),
        says: 'grafana.ini: security.cookie_secure is missing',
      },
      'cookies that are secure, where there is no TLS': {
        change: nothing,
        configuration: { tls: false, sameSite: ['lax'] },
        says: 'security.cookie_secure is true',
      },
      'cookies that other sites have sent': {
        change: grafana('cookie_secure = true', 'cookie_secure = true\ncookie_samesite = none'),
        says: 'grafana.ini: security.cookie_samesite is none',
      },
      'cookies that links from other sites send': {
        change: grafana('cookie_secure = true', 'cookie_secure = true\ncookie_samesite = lax'),
        configuration: {},
        says: 'grafana.ini: security.cookie_samesite is lax',
      },
      'cookies that links from other sites send, as by itself': {
        change: (program) => {
          grafanaIni((text) => text.replace(/^cookie_samesite.*\n/m, ''))(program);
        },
        configuration: {},
        says: 'grafana.ini: security.cookie_samesite is missing',
      },
      'faces from outside': {
        change: grafana('disable_gravatar = true', 'disable_gravatar = false'),
        says: 'grafana.ini: security.disable_gravatar is false',
      },
      'faces from outside, as by itself': {
        change: grafana('disable_gravatar = true', ''),
        says: 'grafana.ini: security.disable_gravatar is missing',
      },
      'reports to its makers': {
        change: grafana('reporting_enabled = false', 'reporting_enabled = true'),
        says: 'grafana.ini: analytics.reporting_enabled is true',
      },
      'reports to its makers, as by itself': {
        change: grafana('reporting_enabled = false', ''),
        says: 'grafana.ini: analytics.reporting_enabled is missing',
      },
      'a password that is written there': {
        change: grafana(/admin_password = .*/, 'admin_password = hunter2'),
        says: /^grafana.ini: security.admin_password is not read from a file\.(?!.*hunter2)/,
      },
      'the password that everybody knows': {
        change: grafana(/admin_password = .*\n/, ''),
        says: 'security.admin_password is not read from a file',
      },
      'a password that only begins with a file': {
        change: grafana(/admin_password = (.*)/, 'admin_password = $1x'),
        says: 'security.admin_password is not read from a file',
      },
      'a password that only ends with a file': {
        change: grafana(/admin_password = (.*)/, 'admin_password = x$1'),
        says: 'security.admin_password is not read from a file',
      },
      'a key that everybody knows': {
        change: grafana(/secret_key = .*\n/, ''),
        says: 'grafana.ini: security.secret_key is not read from a file',
      },
      'an environment that says other than the file': {
        change: grafanaEnv('GF_AUTH_ANONYMOUS_ENABLED', { value: 'true' }),
        says: 'auth.anonymous.enabled is true',
      },
      'an environment that takes a setting away': {
        change: grafanaEnv('GF_SECURITY_DISABLE_GRAVATAR', { value: '' }),
        says: 'security.disable_gravatar is ',
      },
      'a password in the environment': {
        change: grafanaEnv('GF_SECURITY_ADMIN_PASSWORD', { valueFrom: { secretKeyRef: {} } }),
        says: 'security.admin_password is not read from a file',
      },
      'a Grafana whose file nobody sees': {
        change: without('ConfigMap', 'grafana-config-'),
        says: 'its pods mount no ConfigMap of the stack with grafana.ini',
      },
      'Grafana by another name': {
        change: all(
          renamed('Deployment', 'grafana', 'boards'),
          grafana('disable_gravatar = true', 'disable_gravatar = false'),
        ),
        configuration: { names: ['boards'] },
        says: 'disable_gravatar is false',
      },
    },
    passed: {
      'cookies of one site': { change: strictGrafana, configuration: {} },
      'a value in capitals': {
        change: grafana('disable_gravatar = true', 'Disable_Gravatar = True'),
      },
      'what Grafana refuses by itself': {
        change: all(
          grafana('allow_sign_up = false\n', ''),
          grafana(/\[auth\.anonymous\]\s+enabled = false/, ''),
        ),
      },
      'cookies of a Grafana without TLS': {
        change: all(strictGrafana, grafana('cookie_secure = true\n', '')),
        configuration: { tls: false },
      },
      'an environment that mends the file': {
        change: all(
          grafana('disable_gravatar = true', 'disable_gravatar = false'),
          grafanaEnv('GF_SECURITY_DISABLE_GRAVATAR', { value: 'true' }),
        ),
      },
      'a password by a file that the environment names': {
        change: all(
          grafana(/admin_password = .*\n/, ''),
          grafanaEnv('GF_SECURITY_ADMIN_PASSWORD__FILE', { value: '/password' }),
        ),
      },
      'an environment that says other things': {
        change: grafanaEnv('GF_AUTH_ANONYMOUS', { value: 'true' }),
      },
      'a stack without Grafana': {
        change: (program) => program.remove(({ type }) => type.endsWith(':Deployment')),
      },
    },
  },
};
