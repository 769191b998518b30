import { normalize, prune } from '../../../../../local/plugins/kubernetes/normalize';
import { UNKNOWN } from '../../../../../local/plugins/protocol';

describe('normalize', () => {
  it("encodes a Secret's stringData over its data", () => {
    const secret = { kind: 'Secret', data: { a: 'eA==', b: 'eQ==' }, stringData: { b: 'new' } };
    expect(normalize(secret)).toEqual({ kind: 'Secret', data: { a: 'eA==', b: 'bmV3' } });
  });

  it('leaves stringData that is not all known, and that of other kinds', () => {
    const unsure = { kind: 'Secret', stringData: { a: 'x', b: UNKNOWN } };
    expect(normalize(unsure)).toEqual(unsure);
    const other = { kind: 'Other', stringData: { a: 'x' } };
    expect(normalize(other)).toEqual(other);
  });

  it('writes quantities as the server does, wherever a kind has them', () => {
    const container = {
      name: 'c',
      resources: { requests: { cpu: 1, memory: '1024Mi' }, limits: { cpu: '0.5' } },
    };
    const claim = { spec: { resources: { requests: { storage: '2048Mi' } } } };
    const metric = {
      resource: { name: 'cpu', target: { type: 'Value', value: '1000m', averageValue: '0.5' } },
    };
    const limits = [{ type: 'Container', max: { memory: '1024Ki' }, default: { cpu: '2000m' } }];
    expect(
      normalize({
        spec: {
          template: { spec: { containers: [container], volumes: [{ emptyDir: { sizeLimit: '1024Mi' } }] } },
          volumeClaimTemplates: [claim],
          metrics: [metric],
          hard: { pods: 10, 'limits.memory': '4096Mi' },
          limits,
        },
      }),
    ).toEqual({
      spec: {
        template: {
          spec: {
            containers: [
              { name: 'c', resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '500m' } } },
            ],
            volumes: [{ emptyDir: { sizeLimit: '1Gi' } }],
          },
        },
        volumeClaimTemplates: [{ spec: { resources: { requests: { storage: '2Gi' } } } }],
        metrics: [{ resource: { name: 'cpu', target: { type: 'Value', value: '1', averageValue: '500m' } } }],
        hard: { pods: '10', 'limits.memory': '4Gi' },
        limits: [{ type: 'Container', max: { memory: '1Mi' }, default: { cpu: '2' } }],
      },
    });
  });

  it("leaves what is the user's own words", () => {
    const object = {
      metadata: { labels: { max: '1000' }, annotations: { requests: '1000' } },
      data: { limits: '1000m', readOnly: 'false', empty: '' },
      spec: { template: { spec: { containers: [{ env: [{ name: 'A', value: '1000m' }] }] } } },
    };
    expect(normalize(object)).toEqual(object);
  });

  it('drops what the server does not keep: nulls, zero values and read-only metadata', () => {
    const pod = {
      metadata: { name: 'x', uid: 'u', resourceVersion: '1', creationTimestamp: null, labels: {} },
      spec: {
        hostNetwork: false,
        nodeName: null,
        replicas: 0,
        containers: [
          {
            name: 'c',
            env: [{ name: 'A', value: '' }],
            args: [],
            volumeMounts: [{ name: 'v', readOnly: false }],
          },
        ],
        volumes: [{ name: 'v', emptyDir: {} }],
      },
    };
    expect(normalize(pod)).toEqual({
      metadata: { name: 'x' },
      spec: {
        replicas: 0,
        containers: [{ name: 'c', env: [{ name: 'A' }], volumeMounts: [{ name: 'v' }] }],
        volumes: [{ name: 'v', emptyDir: {} }],
      },
    });
  });
});

describe('prune', () => {
  it('keeps of the live object what the inputs speak of, with its live values', () => {
    const live = {
      metadata: { name: 'x', uid: 'u', labels: { a: 'live', other: 'o' } },
      spec: { replicas: 3, extra: 1 },
      status: {},
    };
    const inputs = { metadata: { name: 'x', labels: { a: 'wanted', gone: 'g' } }, spec: { replicas: 1 } };
    expect(prune(live, inputs)).toEqual({
      metadata: { name: 'x', labels: { a: 'live' } },
      spec: { replicas: 3 },
    });
  });

  it('keeps items of lists that the inputs do not have', () => {
    expect(prune({ list: [{ a: 1, b: 2 }, { c: 3 }] }, { list: [{ a: 0 }] })).toEqual({
      list: [{ a: 1 }, { c: 3 }],
    });
  });
});
