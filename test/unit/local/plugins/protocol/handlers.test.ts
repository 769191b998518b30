import * as rpc from '@pulumi/pulumi/proto/provider_pb';
import { Status } from '@pulumi/pulumi/proto/status_pb';
import {
  decodeStruct,
  encodeStruct,
  InitializationError,
  Secret,
  type Plugin,
  type ResourceType,
} from '../../../../../local/plugins/protocol';
import { Engine } from '../../../../../local/plugins/protocol/engine';
import { Handlers, parseUrn } from '../../../../../local/plugins/protocol/handlers';
import { statusOf } from '../../../../../local/plugins/protocol/status';

const URN = 'urn:pulumi:dev::project::parent:a:B$test:index:Thing::my::thing';

function handlers(type: Partial<ResourceType>): Handlers {
  const thing = { secretOutputs: [], ...type } as ResourceType;
  const plugin: Plugin = {
    name: 'test',
    version: '1.2.3',
    types: ['test:index:Thing', 'test:index:Other'],
    resourceType: (token) => (token === 'test:index:Thing' ? thing : undefined),
  };
  return new Handlers(plugin, new Engine(undefined));
}

function createRequest(inputs: Parameters<typeof encodeStruct>[0], urn = URN): rpc.CreateRequest {
  const request = new rpc.CreateRequest();
  request.setUrn(urn);
  request.setProperties(encodeStruct(inputs));
  request.setTimeout(90);
  return request;
}

it('reads type and name from a URN, past the types of its parents', () => {
  expect(parseUrn(URN)).toEqual({ type: 'test:index:Thing', name: 'my::thing' });
});

it('refuses an unknown type by name, and says which it knows and what to do', async () => {
  const create = handlers({}).create(createRequest({}, 'urn:pulumi:dev::project::test:index:None::x'));
  await expect(create).rejects.toThrow(
    'the embedded test plugin does not know test:index:None; it knows: test:index:Other, test:index:Thing. ' +
      'For other types use the official test plugin',
  );
});

it('gives types plain inputs and marks their outputs secret as the inputs and the type say', async () => {
  const seen: unknown[] = [];
  const response = await handlers({
    secretOutputs: ['token'],
    create: ({ inputs, name, timeoutSeconds }) => {
      seen.push(inputs, name, timeoutSeconds);
      return { id: 'id', outputs: { ...inputs, token: 't', open: 1, __inputs: inputs } };
    },
  }).create(createRequest({ password: new Secret('p'), user: 'u' }));
  expect(seen).toEqual([{ password: 'p', user: 'u' }, 'my::thing', 90]);
  expect(response.getId()).toBe('id');
  expect(decodeStruct(response.getProperties())).toEqual({
    password: new Secret('p'),
    user: 'u',
    token: new Secret('t'),
    open: 1,
    __inputs: { password: new Secret('p'), user: 'u' },
  });
});

it('gives a check no old inputs when there are none, and its failures back', async () => {
  const seen: unknown[] = [];
  const checks = handlers({
    check: ({ olds, news }) => {
      seen.push(olds);
      return { inputs: { ...news, size: 1 }, failures: [{ property: 'size', reason: 'is too small' }] };
    },
  });
  const request = new rpc.CheckRequest();
  request.setUrn(URN);
  request.setOlds(encodeStruct({}));
  request.setNews(encodeStruct({ key: new Secret('k') }));
  const response = await checks.check(request);
  expect(seen).toEqual([undefined]);
  expect(decodeStruct(response.getInputs())).toEqual({ key: new Secret('k'), size: 1 });
  expect(response.getFailuresList().map((entry) => entry.toObject())).toEqual([
    { property: 'size', reason: 'is too small' },
  ]);
});

it('passes a difference on with its paths', async () => {
  const response = await handlers({
    diff: () => ({
      changes: true,
      replaces: ['a.b'],
      deleteBeforeReplace: true,
      detailedDiff: { 'a.b': { kind: 'delete-replace', inputDiff: true }, c: { kind: 'update' } },
    }),
  }).diff(new rpc.DiffRequest().setUrn(URN));
  expect(response.getChanges()).toBe(rpc.DiffResponse.DiffChanges.DIFF_SOME);
  expect(response.getReplacesList()).toEqual(['a.b']);
  expect(response.getDeletebeforereplace()).toBe(true);
  expect(response.getHasdetaileddiff()).toBe(true);
  const diffs = response.getDetaileddiffMap();
  expect(diffs.get('a.b')?.toObject()).toEqual({
    kind: rpc.PropertyDiff.Kind.DELETE_REPLACE,
    inputdiff: true,
  });
  expect(diffs.get('c')?.toObject()).toEqual({ kind: rpc.PropertyDiff.Kind.UPDATE, inputdiff: false });
});

it('tells a read that imports from one that refreshes, and a resource that is gone by an empty id', async () => {
  const seen: unknown[] = [];
  const reads = handlers({
    read: ({ state, inputs }) => {
      seen.push([state, inputs]);
      return undefined;
    },
  });
  const request = new rpc.ReadRequest();
  request.setUrn(URN);
  expect((await reads.read(request)).getId()).toBe('');
  request.setProperties(encodeStruct({ a: 1 }));
  request.setInputs(encodeStruct({ b: 2 }));
  await reads.read(request);
  expect(seen).toEqual([
    [undefined, undefined],
    [{ a: 1 }, { b: 2 }],
  ]);
});

it('refuses to update what can only be replaced', async () => {
  await expect(handlers({}).update(new rpc.UpdateRequest().setUrn(URN))).rejects.toThrow(
    'test:index:Thing cannot be changed in place',
  );
});

it('ends what waits when the run is cancelled', async () => {
  const waits = handlers({
    create: ({ signal }) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
  });
  const created = waits.create(createRequest({}));
  waits.cancel();
  await expect(created).rejects.toThrow('the run was cancelled');
});

it('keeps a resource that did not get ready, as secret as one that did', async () => {
  const failing = handlers({
    secretOutputs: ['token'],
    create: ({ inputs }) => {
      throw new InitializationError('not ready', {
        id: 'id',
        outputs: { ...inputs, token: 't' },
        reasons: ['because'],
      });
    },
  });
  const error: unknown = await failing
    .create(createRequest({ password: new Secret('p') }))
    .catch((reason: unknown) => reason);
  const { details, metadata } = statusOf(error);
  expect(details).toBe('not ready');
  const [binary] = metadata?.get('grpc-status-details-bin') ?? [];
  const [any] = Status.deserializeBinary(binary as Buffer).getDetailsList();
  expect(any?.getTypeUrl()).toBe('type.googleapis.com/pulumirpc.ErrorResourceInitFailed');
  const failure = rpc.ErrorResourceInitFailed.deserializeBinary(any?.getValue_asU8() ?? new Uint8Array());
  expect(failure.getId()).toBe('id');
  expect(failure.getReasonsList()).toEqual(['because']);
  expect(decodeStruct(failure.getProperties())).toEqual({
    password: new Secret('p'),
    token: new Secret('t'),
  });
});
