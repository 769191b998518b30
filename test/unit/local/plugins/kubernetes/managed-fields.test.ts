import {
  isConflictWithPredecessors,
  ownersOf,
  takeOver,
} from '../../../../../local/plugins/kubernetes/managed-fields';
import type { Properties } from '../../../../../local/plugins/protocol';

const OWN = 'pulumi-kubernetes-0123abcd';
const entry = (
  manager: string,
  operation: string,
  fieldsV1: Properties,
  subresource?: string,
): Properties => ({
  manager,
  operation,
  apiVersion: 'apps/v1',
  fieldsType: 'FieldsV1',
  fieldsV1,
  ...(subresource === undefined ? {} : { subresource }),
});
const live = (...managedFields: readonly Properties[]): Properties => ({ metadata: { managedFields } });

it("turns the fields of the resource's own create into applied ones", () => {
  const others = entry('kube-controller-manager', 'Update', { 'f:status': {} }, 'status');
  const created = entry(OWN, 'Update', { 'f:spec': { 'f:replicas': {} } });
  expect(takeOver(live(created, others), OWN)).toEqual([
    others,
    entry(OWN, 'Apply', { 'f:spec': { 'f:replicas': {} } }),
  ]);
});

it('joins them with what was applied already, and with those of plugins without server-side apply', () => {
  const objects = live(
    entry(OWN, 'Apply', { 'f:spec': { 'f:a': {} } }),
    entry('pulumi-kubernetes', 'Update', { 'f:spec': { 'f:b': {} }, 'f:data': {} }),
  );
  expect(takeOver(objects, OWN)).toEqual([
    entry(OWN, 'Apply', { 'f:spec': { 'f:a': {}, 'f:b': {} }, 'f:data': {} }),
  ]);
});

it('takes nothing from others: not what was scaled, nor what was edited', () => {
  const scaled = entry('kubectl', 'Update', { 'f:spec': { 'f:replicas': {} } }, 'scale');
  const edited = entry('kubectl-edit', 'Update', { 'f:data': {} });
  expect(takeOver(live(entry(OWN, 'Apply', {}), scaled, edited), OWN)).toBeUndefined();
});

it('knows who owns a field', () => {
  const objects = live(
    entry('a', 'Update', { 'f:spec': { 'f:x': {} } }),
    entry('b', 'Apply', { 'f:spec': { 'f:x': {}, 'f:y': {} } }),
  );
  expect(ownersOf(objects, ['spec', 'x'])).toEqual(['a', 'b']);
  expect(ownersOf(objects, ['spec', 'y'])).toEqual(['b']);
  expect(ownersOf(objects, ['spec', 'z'])).toEqual([]);
});

it('tells a conflict with a predecessor from one with others', () => {
  expect(isConflictWithPredecessors([OWN], OWN)).toBe(true);
  expect(isConflictWithPredecessors([OWN, 'kubectl-edit'], OWN)).toBe(false);
  expect(isConflictWithPredecessors([], OWN)).toBe(false);
});
