import { diffObjects, formatPath, isWithin, parsePath } from '../../../../../local/plugins/kubernetes/diff';
import { UNKNOWN, type Properties } from '../../../../../local/plugins/protocol';

const update = { kind: 'update', inputDiff: false };

function diff(
  old: Properties,
  next: Properties,
  replacedOn: readonly string[] = [],
  ignored: readonly string[] = [],
): unknown {
  return diffObjects(old, next, old, replacedOn, ignored);
}

describe('paths', () => {
  it.each([
    [['spec', 'ports', 0, 'name'], 'spec.ports[0].name'],
    [['data', 'redis.conf'], 'data["redis.conf"]'],
    [['metadata', 'annotations', 'pulumi.com/x'], 'metadata.annotations["pulumi.com/x"]'],
    [['data', 'say "hi"'], 'data["say \\"hi\\""]'],
  ])('%j is %s, both ways', (steps, text) => {
    expect(formatPath(steps)).toBe(text);
    expect(parsePath(text)).toEqual(steps);
  });

  it('lie within a pattern with any item', () => {
    const pattern = parsePath('spec.containers[*].image');
    expect(isWithin(['spec', 'containers', 3, 'image'], pattern)).toBe(true);
    expect(isWithin(['spec', 'containers', 3, 'imagePullPolicy'], pattern)).toBe(false);
    expect(isWithin(['spec', 'containers'], pattern)).toBe(false);
  });
});

describe('differences', () => {
  it('are none between equal objects, whatever the order of their properties', () => {
    expect(diff({ a: 1, b: [{ c: 2 }] }, { b: [{ c: 2 }], a: 1 })).toEqual({});
  });

  it('are told where they are', () => {
    expect(diff({ spec: { list: [{ a: 1 }, { a: 2 }] } }, { spec: { list: [{ a: 1 }, { a: 3 }] } })).toEqual({
      'spec.list[1].a': update,
    });
  });

  it('tell what was added and what was taken away', () => {
    expect(diff({ a: 1, list: [1, 2] }, { b: { c: 1 }, list: [1] })).toEqual({
      a: { kind: 'delete', inputDiff: true },
      b: { kind: 'add', inputDiff: false },
      'list[1]': { kind: 'delete', inputDiff: true },
    });
    expect(diff({ list: [1] }, { list: [1, 2] })).toEqual({ 'list[1]': { kind: 'add', inputDiff: false } });
  });

  it('show a value to come as the old one going', () => {
    expect(diff({ a: 1 }, { a: UNKNOWN, b: UNKNOWN })).toEqual({
      a: { kind: 'delete', inputDiff: true },
      b: { kind: 'add', inputDiff: false },
    });
  });

  it('are an update where the type changes', () => {
    expect(diff({ a: { b: 1 } }, { a: 'text' })).toEqual({ a: update });
  });

  it('are none for a zero value that the server does not keep, and are for one that it would', () => {
    expect(diffObjects({}, { flag: false, list: [] }, {}, [])).toEqual({});
    expect(diffObjects({}, { flag: false }, { flag: true }, [])).toEqual({
      flag: { kind: 'add', inputDiff: false },
    });
  });

  it('are not looked for where changes are ignored', () => {
    expect(
      diff({ spec: { replicas: 1, other: 1 } }, { spec: { replicas: 2, other: 2 } }, [], ['spec.replicas']),
    ).toEqual({
      'spec.other': update,
    });
  });
});

describe('replacement', () => {
  const replaced = ['spec.template', 'spec.containers[*].image'];

  it('is for changes at or below a path', () => {
    expect(
      diff({ spec: { template: { a: 1 }, other: 1 } }, { spec: { template: { a: 2 }, other: 2 } }, replaced),
    ).toEqual({
      'spec.template.a': { kind: 'update-replace', inputDiff: false },
      'spec.other': update,
    });
  });

  it('is for changes of any item', () => {
    const spec = (image: string, name: string): Properties => ({
      spec: {
        containers: [
          { image: 'a', name: 'a' },
          { image, name },
        ],
      },
    });
    expect(diff(spec('b', 'b'), spec('c', 'c'), replaced)).toEqual({
      'spec.containers[1].image': { kind: 'update-replace', inputDiff: false },
      'spec.containers[1].name': update,
    });
  });

  it('is for what is added with the path in it, and not without', () => {
    expect(diff({}, { spec: { template: { a: 1 } } }, replaced)).toEqual({
      spec: { kind: 'add-replace', inputDiff: false },
    });
    expect(diff({}, { spec: { other: 1 } }, replaced)).toEqual({ spec: { kind: 'add', inputDiff: false } });
  });
});
