import type { Case, CasesByRule } from '../../support/cases';
import { configured, unchanged } from '../../support/make';
import type { Anything } from '../../support/program';
import { add, label, pods, dns, expression, policy, patch, added, ingress, egress } from './make';

/** A case of what may dial every address, beside what profile prod lets do so. */
const listing = (list: readonly string[], one: Case) =>
  configured({ outside: ['prometheus:443', 'prometheus:6443', 'prometheus:10250', ...list] }, one);

/** A case of one peer, which dials a port that is nobody's. */
const peer = (of: Anything, says?: string) => added(ingress({ from: [of], ports: [{ port: 9 }] }), says);
const block = (cidr: string, says?: string) =>
  added(egress({ to: [{ ipBlock: { cidr } }], ports: [{ port: 9 }] }), says);
const anywhere = (ports: Anything, says = 'spec.egress[0].to[0].ipBlock.cidr 0.0.0.0/0 is') =>
  listing(['prober:9', 'prober:10'], {
    ...added(egress({ to: [{ ipBlock: { cidr: '0.0.0.0/0' } }], ports }, 'prober')),
    says,
  });

/** A case of who reaches ports of Redis. */
const reach = (from: Anything, ports: Anything, says?: string, server = 'redis') =>
  added(ingress({ from, ports }, server), says);
const clients = (list: readonly string[], one: Case) => configured({ clients: list }, one);

/** Who may reach whom. */
export const peers: CasesByRule = {
  'no-open-peer': {
    refused: {
      'ingress without from': added(
        ingress({}),
        'spec.ingress[0].from names nobody, which is everybody. Name the',
      ),
      'ingress with an empty from': added(ingress({ from: [] }), 'spec.ingress[0].from names nobody'),
      'egress without to': added(egress({}), 'spec.egress[0].to names nobody, which is everybody'),
      'a second rule': {
        change: (program) => policy(program, 'allow-redis-ingress').ingress.push({ ports: [{ port: 1 }] }),
        says: 'spec.ingress[5].from names nobody',
      },
      'a patch': added(ingress({}), 'spec.ingress[0].from', patch),
      'the old group': added(ingress({}), 'spec.ingress[0].from', 'extensions/v1beta1:NetworkPolicy'),
      'a peer that says nothing': peer({}, 'spec.ingress[0].from[0].podSelector names no pods'),
      'every pod of the namespace': peer({ podSelector: {} }, '.from[0].podSelector names no pods'),
      'a peer after a good one': added(
        ingress({ from: [pods('redis'), { podSelector: {} }] }),
        '.from[1].podSelector names no pods',
      ),
      'every namespace': peer({ namespaceSelector: {} }, '.from[0].namespaceSelector names no namespace'),
      'every namespace, some pods': peer(
        { namespaceSelector: {}, ...pods('redis') },
        '.from[0].namespaceSelector names no namespace',
      ),
      'a namespace, every pod': peer(
        { ...dns, podSelector: {} },
        'spec.ingress[0].from[0].podSelector names no pods',
      ),
      'a namespace, no word of pods': peer({ namespaceSelector: dns.namespaceSelector }, '.podSelector'),
      'all pods but some': peer({ podSelector: expression('NotIn', ['a']) }, '.podSelector names no pods'),
      'all pods without a label': peer({ podSelector: expression('DoesNotExist') }, '.podSelector names'),
      'every address': block('0.0.0.0/0', 'spec.egress[0].to[0].ipBlock.cidr 0.0.0.0/0 is a good part'),
      'every address of version 6': block('::/0', '.cidr ::/0 is a good part of all addresses'),
      'every address but some': added(
        egress({ to: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] } }], ports: [{ port: 9 }] }),
      ),
      'half of the addresses': block('128.0.0.0/1', '.cidr 128.0.0.0/1'),
      'a block just too large': block('10.0.0.0/7', '.cidr 10.0.0.0/7'),
      'a block without a prefix': block('10.0.0.0', '.cidr 10.0.0.0 is'),
      'a block without an address': added(egress({ to: [{ ipBlock: {} }] }), '.cidr  is'),
      'every address, where none is listed': configured(
        { outside: [] },
        { ...unchanged, says: 'spec.egress[6].to[0].ipBlock.cidr 0.0.0.0/0' },
      ),
      'a listed and another port': anywhere([{ port: 9 }, { port: 11 }]),
      'no port, though some are listed': anywhere([]),
      'a protocol without a port': listing(
        ['prober:undefined'],
        added(egress({ to: [{ ipBlock: { cidr: '0.0.0.0/0' } }], ports: [{ protocol: 'TCP' }] }, 'prober')),
      ),
      'a range from a listed port': anywhere([{ port: 9, endPort: 10 }]),
      'a listed port that is reached from everywhere': listing(
        ['prober:9'],
        added(ingress({ from: [{ ipBlock: { cidr: '0.0.0.0/0' } }], ports: [{ port: 9 }] }, 'prober')),
      ),
      "a listed port of another's pods": listing(
        ['probers:9'],
        added(egress({ to: [{ ipBlock: { cidr: '0.0.0.0/0' } }], ports: [{ port: 9 }] }, 'prober')),
      ),
      'pods without a name': listing(
        ['undefined:9'],
        added({
          podSelector: { matchLabels: { tier: 'web' } },
          egress: [{ to: [{ ipBlock: { cidr: '0.0.0.0/0' } }], ports: [{ port: 9 }] }],
        }),
      ),
      'a selector without labels': listing(
        ['undefined:9'],
        added({ egress: [{ to: [{ ipBlock: { cidr: '0.0.0.0/0' } }], ports: [{ port: 9 }] }] }),
      ),
      'every pod at a listed port': listing(
        ['prober:9'],
        added(egress({ to: [{ podSelector: {} }], ports: [{ port: 9 }] }, 'prober')),
      ),
    },
    passed: {
      'listed ports': anywhere([{ port: 9 }, { port: 10 }]),
      'the largest block that is a network': block('10.0.0.0/8'),
      'one address': block('192.0.2.1/32'),
      'a network of version 6': block('2001:db8::/32'),
      'pods by an expression': peer({ podSelector: expression('In', ['a']) }),
      'a namespace and pods by expressions': peer({
        namespaceSelector: expression('Exists'),
        podSelector: expression('Exists'),
      }),
      'labels and an exception': peer({
        podSelector: { matchLabels: label('web'), ...expression('NotIn', ['a']) },
      }),
      'an exception and a label that must be': peer({
        podSelector: {
          matchExpressions: [
            { key: 'a', operator: 'DoesNotExist' },
            { key: 'b', operator: 'Exists' },
          ],
        },
      }),
      'an object of another kind': added(ingress({}), undefined, 'crd.example.org/v1:NetworkPolicy'),
      'a patch that says nothing of rules': added(undefined, undefined, patch),
    },
  },
  'redis-ports-closed': {
    refused: {
      "Redis' port": reach(
        [pods('web')],
        [{ port: 6379 }],
        'spec.ingress[0].from[0] opens port 6379 to pods of no listed label. Name the pods',
      ),
      "Sentinel's port": reach([pods('web')], [{ port: 26379 }], 'opens port 26379 to'),
      "the bus' port": reach([pods('web')], [{ port: 16379 }], 'opens port 16379 to'),
      'two of them': reach([pods('web')], [{ port: 26379 }, { port: 6379 }], 'opens port 6379, 26379 to'),
      'a port as a text': reach([pods('web')], [{ port: '6379' }], 'opens port 6379 to'),
      'a range that ends with one': reach([pods('web')], [{ port: 6000, endPort: 6379 }], 'port 6379 to'),
      'a range that begins with one': reach([pods('web')], [{ port: 6379, endPort: 6380 }], 'port 6379 to'),
      'pods that are no Redis, as a proxy': reach([pods('web')], [{ port: 6379 }], 'port 6379', 'web'),
      'a peer after a good one': reach(
        [pods('redis'), pods('web')],
        [{ port: 6379 }],
        'spec.ingress[0].from[1] opens port 6379',
      ),
      addresses: reach([{ ipBlock: { cidr: '10.1.0.0/16' } }], [{ port: 6379 }], 'port 6379 to addresses'),
      'addresses and a listed label': reach(
        [{ ipBlock: { cidr: '10.1.0.0/16' }, ...pods('redis') }],
        [{ port: 6379 }],
      ),
      'a namespace, and pods in another element': reach(
        [{ namespaceSelector: dns.namespaceSelector }, pods('redis')],
        [{ port: 6379 }],
        'spec.ingress[0].from[0] opens port 6379 to whole namespaces, as no podSelector is in the same element',
      ),
      'a namespace and all pods': reach(
        [{ ...dns, podSelector: {} }],
        [{ port: 6379 }],
        'of no listed label',
      ),
      'a peer that says nothing': reach([{}], [{ port: 6379 }], 'to pods of no listed label'),
      'a listed label that may be any of some': reach(
        [{ podSelector: expression('In', ['redis', 'web'], 'app.kubernetes.io/name') }],
        [{ port: 6379 }],
      ),
      'no peers': reach(undefined, [{ port: 6379 }], 'spec.ingress[0].from opens port 6379 to everybody'),
      'empty peers': reach([], [{ port: 6379 }], 'spec.ingress[0].from opens port 6379 to everybody'),
      'no ports of Redis': reach([pods('web')], undefined, 'opens every port to'),
      'empty ports of Redis': reach([pods('web')], [], 'opens every port to'),
      'a protocol without a port': reach(
        [pods('web')],
        [{ port: 9121 }, { protocol: 'TCP' }],
        'every port to',
      ),
      'no ports of Sentinel': reach([pods('web')], undefined, 'opens every port to', 'sentinel'),
      'no ports of whatever is in the namespace': added({ ingress: [{ from: [pods('web')] }] }, 'every port'),
      'a port by its name': reach(
        [pods('web')],
        [{ port: 9121 }, { port: 'redis' }],
        'opens port redis, which may be any, to pods',
      ),
      "Sentinel's, where nothing is configured": configured(
        {},
        reach([pods('web')], [], 'opens every port to', 'sentinel'),
      ),
      "Redis', where nothing is configured": configured({}, reach([pods('web')], [], 'opens every port to')),
      'a listed server': configured({ servers: ['keydb'] }, reach([pods('web')], [], 'every port', 'keydb')),
      'the value of a listed label under another key': reach(
        [{ podSelector: { matchLabels: { app: 'redis' } } }],
        [{ port: 6379 }],
      ),
      'clients that are not listed': clients(['app.kubernetes.io/name=redis'], {
        ...unchanged,
        says: 'spec.ingress[0].from[0] opens port 6379 to pods of no listed label',
      }),
      'a patch': added(ingress({ from: [pods('web')], ports: [{ port: 6379 }] }), 'opens port 6379', patch),
    },
    passed: {
      'a listed label': clients(
        [
          'app=web',
          ...['redis', 'sentinel', 'redis-proxy', 'sessions-library', 'sessions-cleanup'].map(
            (name) => `app.kubernetes.io/name=${name}`,
          ),
          'session-database/client=true',
        ],
        reach([{ podSelector: { matchLabels: { tier: 'front', app: 'web' } } }], [{ port: 6379 }]),
      ),
      'Redis and Sentinel, where nothing is configured': configured(
        {},
        {
          change: (program) => {
            program.remove(({ type }) => type.endsWith(':NetworkPolicy'));
            add(program, ingress({ from: [pods('redis'), pods('sentinel')], ports: [{ port: 6379 }] }));
          },
        },
      ),
      'a namespace and pods in one element': reach([{ ...dns, ...pods('redis') }], [{ port: 6379 }]),
      'a range that ends before': reach([pods('web')], [{ port: 6000, endPort: 6378 }]),
      'a range that begins after': reach([pods('web')], [{ port: 6380, endPort: 16378 }]),
      'the port of metrics as a text': reach([pods('web')], [{ port: '9121' }]),
      'the port of metrics': reach([pods('web')], [{ port: 9121 }]),
      'no ports of another application': reach([pods('web')], undefined, undefined, 'web'),
      "a name of another application's port": reach([pods('web')], [{ port: 'http' }], undefined, 'web'),
      'no ports, for a listed label': reach([pods('redis')], undefined),
      'dialling out': added(egress({ to: [pods('web')], ports: [{ port: 6379 }] })),
      'an object of another kind': added(
        ingress({ from: [pods('web')], ports: [{ port: 6379 }] }),
        undefined,
        'crd.example.org/v1:NetworkPolicy',
      ),
    },
  },
};
