import { output, secret } from '@pulumi/pulumi';
import { Access, type AccessArgs } from '../../../../components/monitoring/ingress/access';
import { ingressConnections, type Published } from '../../../../components/monitoring/ingress/objects';
import { prometheusPods } from '../../../../components/monitoring/prometheus/objects';
import { grafanaPods } from '../../../../components/monitoring/grafana/objects';
import { record } from '../../../../scripts/record';

const controller = { namespace: 'ingress-nginx', podLabels: { app: 'nginx' } };
const servers: readonly Published[] = [
  { host: 'prometheus.example.org', pods: prometheusPods('shop'), tlsSecretName: 'prometheus-tls' },
  { host: 'grafana.example.org', pods: grafanaPods('shop') },
];
const certificate = {
  'ca.crt': output('authorities'),
  'tls.crt': output('certificate'),
  'tls.key': secret('private'),
};

const build = (changes: Partial<AccessArgs> = {}) =>
  record(() => {
    const args: AccessArgs = {
      ...{ namespace: 'shop', servers, controller, certificate, after: [] },
      annotations: { 'example.org/mine': 'yes' },
      ...changes,
    };
    return new Access('ingress', args, {});
  });

test('each server has a host name of its own, by TLS alone, and TLS goes on to who speaks it', async () => {
  const { resources } = await build({ class: 'nginx' });
  const found = new Map(
    resources.filter(({ type }) => type.endsWith(':Ingress')).map(({ name, inputs }) => [name, inputs]),
  );
  expect([...found.keys()].sort()).toEqual(['ingress-grafana', 'ingress-prometheus']);
  expect(found.get('ingress-prometheus')).toMatchObject({
    metadata: {
      name: 'prometheus',
      namespace: 'shop',
      annotations: {
        'pulumi.com/skipAwait': 'true',
        'nginx.ingress.kubernetes.io/backend-protocol': 'HTTPS',
        'nginx.ingress.kubernetes.io/proxy-ssl-secret': 'shop/prometheus-tls',
        'nginx.ingress.kubernetes.io/proxy-ssl-verify': 'on',
        'nginx.ingress.kubernetes.io/proxy-ssl-name': 'prometheus.shop.svc',
        'example.org/mine': 'yes',
      },
    },
    spec: {
      ingressClassName: 'nginx',
      tls: [{ hosts: ['prometheus.example.org'], secretName: 'monitoring-ingress-tls' }],
      rules: [
        {
          host: 'prometheus.example.org',
          http: {
            paths: [
              {
                path: '/',
                pathType: 'Prefix',
                backend: { service: { name: 'prometheus', port: { number: 9090 } } },
              },
            ],
          },
        },
      ],
    },
  });
  expect((found.get('ingress-grafana')!['metadata'] as { annotations: object }).annotations).toEqual({
    'pulumi.com/skipAwait': 'true',
    'example.org/mine': 'yes',
  });
});

test("the platform's certificate is a Secret of Kubernetes' own type for such", async () => {
  const { resources } = await build();
  const own = resources.find(({ name }) => name === 'ingress-tls')!;
  expect(own.inputs).toMatchObject({
    type: 'kubernetes.io/tls',
    metadata: { name: 'monitoring-ingress-tls' },
  });
  expect(own.secrets).toContain('data');
});

test("somebody else's certificate is used by its name, and none is made", async () => {
  const { resources } = await build({ certificate: { secretName: 'from-cert-manager' } });
  expect(resources.map(({ type }) => type.split(':').at(-1))).not.toContain('Secret');
  const tls = resources
    .filter(({ type }) => type.endsWith(':Ingress'))
    .map(({ inputs }) => (inputs['spec'] as { tls: { secretName: string }[] }).tls[0]!.secretName);
  expect(tls).toEqual(['from-cert-manager', 'from-cert-manager']);
});

test('the controller may reach those servers, and nothing else', () => {
  expect(ingressConnections({ controller }, servers).map(({ from, to, port }) => [from, to, port])).toEqual([
    [{ name: 'ingress-controller', ...controller }, prometheusPods('shop'), 9090],
    [{ name: 'ingress-controller', ...controller }, grafanaPods('shop'), 3000],
  ]);
});
