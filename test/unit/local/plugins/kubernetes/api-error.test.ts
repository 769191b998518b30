import * as api from '../../../../../local/plugins/kubernetes/api-error';

const of = (code: number, reason: string, message: string): api.ApiError =>
  api.ApiError.of(code, { message, reason, code });

it("has the server's words, or what it answered instead", () => {
  expect(of(422, 'Invalid', 'spec is wrong')).toMatchObject({
    code: 422,
    reason: 'Invalid',
    message: 'spec is wrong',
  });
  expect(api.ApiError.of(502, 'bad gateway\n').message).toBe('bad gateway');
  expect(api.ApiError.of(500, '').message).toBe('HTTP status 500');
});

it.each([
  [of(404, 'NotFound', 'namespaces "x" not found'), true],
  [of(404, 'NotFound', 'configmaps "x" not found'), false],
  [
    of(
      403,
      'Forbidden',
      'pods "x" is forbidden: error looking up service account ns/default: serviceaccount "default" not found',
    ),
    true,
  ],
  [of(403, 'Forbidden', 'pods "x" is forbidden: status unknown for quota: q, resources: pods'), true],
  [of(403, 'Forbidden', 'unable to create new content in namespace x because it is being terminated'), true],
  [of(403, 'Forbidden', 'pods "x" is forbidden: violates PodSecurity'), false],
  [of(409, 'AlreadyExists', 'configmaps "x" already exists'), false],
])('%s passes by itself: %s', (error, expected) => {
  expect(api.isTransient(error)).toBe(expected);
});

it('names four remedies for an object that exists', () => {
  const words = api.explain(of(409, 'AlreadyExists', 'configmaps "x" already exists'));
  expect(words).toContain('configmaps "x" already exists');
  for (const remedy of ['another name', 'alias', 'pulumi import', 'delete it'])
    expect(words).toContain(remedy);
});

it('names the managers of a conflict and how to take a field back', () => {
  const causes = [
    {
      reason: 'FieldManagerConflict',
      message: 'conflict with "kubectl" with subresource "scale"',
      field: '.spec.replicas',
    },
  ];
  const error = api.ApiError.of(409, {
    message: 'Apply failed',
    reason: 'Conflict',
    code: 409,
    details: { causes },
  });
  expect(api.isConflict(error)).toBe(true);
  expect(api.conflictingManagers(error)).toEqual(['kubectl']);
  expect(api.explain(error, 'mine')).toContain('managed by others than mine');
  expect(api.explain(error, 'mine')).toContain('pulumi.com/patchForce: "true"');
});
