import { Struct } from 'google-protobuf/google/protobuf/struct_pb';
import {
  containsSecret,
  containsUnknown,
  decodeStruct,
  encodeStruct,
  markSecrets,
  plainProperties,
  Secret,
  UNKNOWN,
} from '../../../../../local/plugins/protocol';

const SIGNATURE = '4dabf18193072939515e22adb298388d';
const SECRET = '1b47061264138c4ac30d75fd1eb44270';
const SENTINEL = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

describe('property values on the wire', () => {
  it('are secrets by their signature and unknown by their sentinel, both ways', () => {
    const wire = {
      plain: { a: [1, 'x', true, null] },
      secret: { [SIGNATURE]: SECRET, value: { deep: [SENTINEL] } },
      unknown: SENTINEL,
    };
    const values = {
      plain: { a: [1, 'x', true, null] },
      secret: new Secret({ deep: [UNKNOWN] }),
      unknown: UNKNOWN,
    };
    expect(decodeStruct(Struct.fromJavaScript(wire))).toEqual(values);
    expect(encodeStruct(values).toJavaScript()).toEqual(wire);
  });

  it('are unknown whatever type of value is to come', () => {
    const wire = Struct.fromJavaScript({
      a: '6a19a0b0-7e62-4c92-b797-7f8e31da9cc2',
      b: 'dd056dcd-154b-4c76-9bd3-c8f88648b5ff',
    });
    expect(decodeStruct(wire)).toEqual({ a: UNKNOWN, b: UNKNOWN });
  });

  it('are what is in an output, and the id of a reference to a resource', () => {
    const wire = Struct.fromJavaScript({
      known: { [SIGNATURE]: 'd0e6a833031e9bbcd3f4e8bde6ca49a4', value: 'x', secret: true },
      unknown: { [SIGNATURE]: 'd0e6a833031e9bbcd3f4e8bde6ca49a4' },
      reference: { [SIGNATURE]: '5cf8f73096256a8f31e491e813e4eb8e', urn: 'urn:x', id: 'ns/name' },
    });
    expect(decodeStruct(wire)).toEqual({ known: new Secret('x'), unknown: UNKNOWN, reference: 'ns/name' });
  });

  it('are refused when they are files', () => {
    const wire = Struct.fromJavaScript({
      file: { [SIGNATURE]: 'c44067f5952c0a294b673a41bacd8c17', path: '/x' },
    });
    expect(() => decodeStruct(wire)).toThrow('assets and archives are not values that this plugin takes');
  });

  it('leave out what is undefined', () => {
    const values: Record<string, string> = { a: 'x' };
    Object.assign(values, { b: undefined });
    expect(encodeStruct(values).toJavaScript()).toEqual({ a: 'x' });
  });
});

describe('secrets', () => {
  const values = { a: new Secret({ b: 'x' }), list: [{ c: new Secret('y') }], open: 'z' };

  it('are unwrapped however deep', () => {
    expect(plainProperties(values)).toEqual({ a: { b: 'x' }, list: [{ c: 'y' }], open: 'z' });
  });

  it('are found however deep, as unknown values are', () => {
    expect(containsSecret({ x: values })).toBe(true);
    expect(containsSecret(plainProperties(values))).toBe(false);
    expect(containsUnknown({ a: [new Secret({ b: UNKNOWN })] })).toBe(true);
    expect(containsUnknown(values)).toBe(false);
  });

  it('are marked by name, and a list that holds one as a whole', () => {
    const outputs = { a: { b: 'new' }, list: [{ c: 'y' }, { c: 'w' }], open: 'z', more: 1 };
    expect(markSecrets(outputs, values)).toEqual({
      a: new Secret({ b: 'new' }),
      list: new Secret([{ c: 'y' }, { c: 'w' }]),
      open: 'z',
      more: 1,
    });
    expect(markSecrets({ o: { a: 1, b: 2 } }, { o: { a: new Secret(1), b: 2 } })).toEqual({
      o: { a: new Secret(1), b: 2 },
    });
  });
});
