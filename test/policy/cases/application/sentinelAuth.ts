import type { CasesByRule } from '../../support/cases';
import { all, namespace } from '../../support/make';
import { unknownStringValue as unknown } from '../../support/unknown';
import { renamed, rewritten, sentinel, without } from './changes';

export const sentinelAuth: CasesByRule = {
  'sentinel-auth': {
    refused: {
      'no login': {
        change: sentinel('aclfile'),
        says: 'sentinel.conf: neither aclfile nor requirepass is there. Name an aclfile',
      },
      'a login of no name': {
        change: sentinel('aclfile', 'aclfile ""', 'requirepass ""'),
        says: 'neither aclfile nor requirepass is there',
      },
      'no login at Redis': {
        change: rewritten('sentinel-config-', 'start-sentinel.sh', (text) =>
          text.replace('sentinel auth-pass', 'sentinel auth'),
        ),
        says: 'sentinel.conf: no file that its pods mount has sentinel auth-pass',
      },
      'a login at Redis that is only spoken of': {
        change: rewritten('sentinel-config-', 'start-sentinel.sh', (text) =>
          text.replace(/^.*sentinel auth-pass/m, '  # sentinel auth-pass'),
        ),
        says: 'has sentinel auth-pass',
      },
      'no login at each other': {
        change: rewritten('sentinel-config-', 'start-sentinel.sh', (text) =>
          text.replace('sentinel sentinel-pass', 'sentinel pass'),
        ),
        says: 'sentinel.conf: no file that its pods mount has sentinel sentinel-pass',
      },
      'a start that is not in the stack': {
        change: (program) => {
          delete program.props('ConfigMap', 'sentinel-config-').data['start-sentinel.sh'];
        },
        says: /auth-pass.*\n.*sentinel-pass/,
      },
      'a file that nobody sees': {
        change: without('ConfigMap', 'sentinel-config-'),
        says: 'its pods mount no ConfigMap of the stack with sentinel.conf',
      },
      'Sentinels by another name': {
        change: all(renamed('StatefulSet', 'sentinel', 'watch'), sentinel('aclfile')),
        configuration: { sentinels: ['watch'] },
      },
    },
    passed: {
      'a password for all': {
        change: all(
          sentinel('aclfile', 'requirepass $password'),
          rewritten('sentinel-config-', 'start-sentinel.sh', (text) =>
            text.replace('sentinel sentinel-pass', 'sentinel pass'),
          ),
        ),
      },
      'logins in the file itself': {
        change: all(
          (program) => {
            delete program.props('ConfigMap', 'sentinel-config-').data['start-sentinel.sh'];
          },
          sentinel('x', 'sentinel auth-pass sessions x', 'sentinel sentinel-pass x'),
        ),
      },
      'addresses that are not known yet': {
        change: all(without('ConfigMap', 'redis-addresses'), (program) =>
          program.add('kubernetes:core/v1:ConfigMap', {
            metadata: { name: 'redis-addresses', namespace },
            data: { addresses: unknown },
          }),
        ),
      },
      'a stack without Sentinels': {
        change: (program) => program.remove(({ type }) => type.endsWith(':StatefulSet')),
      },
    },
  },
};
