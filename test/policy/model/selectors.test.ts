import { isEmpty, isNaming, namespaceOf, selects } from '../../../policy/model/selectors';

const labels = { app: 'redis', tier: 'data' };
const expression = (operator: string, key: string, ...values: string[]) => ({
  matchExpressions: [{ key, operator, ...(values.length > 0 ? { values } : {}) }],
});

test.each<[string, object, boolean]>([
  ['nothing', {}, true],
  ['labels that are there', { matchLabels: { app: 'redis', tier: 'data' } }, true],
  ['a label of another value', { matchLabels: { app: 'redis', tier: 'web' } }, false],
  ['a label that is not there', { matchLabels: { zone: 'a' } }, false],
  ['one value of several', expression('In', 'app', 'a', 'redis'), true],
  ['none of the values', expression('In', 'app', 'a', 'b'), false],
  ['a value of a label that is not there', expression('In', 'zone', 'a'), false],
  ['values without any', expression('In', 'app'), false],
  ['other values', expression('NotIn', 'app', 'a', 'b'), true],
  ['not this value', expression('NotIn', 'app', 'a', 'redis'), false],
  ['not a value of a label that is not there', expression('NotIn', 'zone', 'a'), true],
  ['a label that exists', expression('Exists', 'app'), true],
  ['a label that does not', expression('Exists', 'zone'), false],
  ['that a label is not there', expression('DoesNotExist', 'zone'), true],
  ['that it is not, though it is', expression('DoesNotExist', 'app'), false],
  ['by an operator that nobody knows', expression('Near', 'app', 'redis'), false],
  ['by no operator', { matchExpressions: [{ key: 'app', values: ['redis'] }] }, false],
  [
    'labels and expressions of which one fails',
    { matchLabels: labels, ...expression('Exists', 'zone') },
    false,
  ],
  ['labels of which one fails', { matchLabels: { app: 'no' }, ...expression('Exists', 'app') }, false],
])('a selector that demands %s picks or leaves', (_, selector, picked) => {
  expect(selects(selector, labels)).toBe(picked);
});

test('an object without labels is picked by what demands none', () => {
  expect(selects({})).toBe(true);
  expect(selects(expression('DoesNotExist', 'app'))).toBe(true);
  expect(selects({ matchLabels: { app: 'redis' } })).toBe(false);
});

test.each<[object, boolean, boolean]>([
  [{}, true, false],
  [{ matchLabels: {}, matchExpressions: [] }, true, false],
  [{ matchLabels: { app: 'redis' } }, false, true],
  [expression('In', 'app', 'redis'), false, true],
  [expression('Exists', 'app'), false, true],
  [expression('NotIn', 'app', 'redis'), false, false],
  [expression('DoesNotExist', 'app'), false, false],
])('%j is empty: %s, and names what it picks: %s', (selector, empty, naming) => {
  expect([isEmpty(selector), isNaming(selector)]).toEqual([empty, naming]);
});

test('an object is in its namespace, or in the default one', () => {
  expect(namespaceOf({ props: { metadata: { namespace: 'a' } } })).toBe('a');
  expect(namespaceOf({ props: {} })).toBe('default');
});
