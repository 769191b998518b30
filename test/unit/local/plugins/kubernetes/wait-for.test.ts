import { customReadiness } from '../../../../../local/plugins/kubernetes/await/wait-for';
import { timeoutOf } from '../../../../../local/plugins/kubernetes/await/wait';
import type { Properties } from '../../../../../local/plugins/protocol';

const live = {
  status: {
    phase: 'Bound',
    readyToUse: true,
    count: 3,
    conditions: [
      { type: 'Ready', status: 'True' },
      { type: 'Degraded', status: 'False' },
    ],
    'odd key': 'x',
  },
};

const inputs = (waitFor: string): Properties => ({
  metadata: { annotations: { 'pulumi.com/waitFor': waitFor } },
});
const isReady = (waitFor: string): boolean | undefined => customReadiness(inputs(waitFor))?.(live).ready;

it.each([
  ['jsonpath={.status.phase}=Bound', true],
  ['jsonpath={.status.phase}="Bound"', true],
  ['jsonpath={.status.phase}=Lost', false],
  ['jsonpath={.status.readyToUse}=true', true],
  ['jsonpath={.status.count}=3', true],
  ['jsonpath={.status.phase}', true],
  ['jsonpath={.status.none}', false],
  ['jsonpath={.status.conditions[0].type}=Ready', true],
  ['jsonpath={.status.conditions[*].type}=Degraded', true],
  ['jsonpath={.status.conditions[?(@.type=="Degraded")].status}=False', true],
  ['jsonpath={.status.conditions[?(@.type=="Ready")].status}=False', false],
  ["jsonpath={.status['odd key']}=x", true],
  ['condition=Ready', true],
  ['condition=Degraded', false],
  ['condition=Degraded=False', true],
  ['condition=Missing', false],
  ['["condition=Ready", "jsonpath={.status.phase}=Bound"]', true],
  ['["condition=Ready", "condition=Degraded"]', false],
])('%s is met: %s', (waitFor, expected) => {
  expect(isReady(waitFor)).toBe(expected);
});

it('says which expectations are open', () => {
  expect(customReadiness(inputs('["condition=Ready", "condition=Degraded"]'))?.(live)).toEqual({
    ready: false,
    message: 'Waiting for condition=Degraded',
  });
});

it('is nothing without the annotation', () => {
  expect(customReadiness({})).toBeUndefined();
});

it.each([
  ['ready', '"ready" must begin with jsonpath= or condition='],
  ['jsonpath=.status', 'is not of the form jsonpath={.path} or jsonpath={.path}=value'],
  ['jsonpath={.status[}', 'is not understood from "[" on'],
  ['condition=', 'is not of the form condition=Type or condition=Type=Status'],
  ['[]', 'the list is empty'],
])('%s is refused', (waitFor, words) => {
  expect(() => customReadiness(inputs(waitFor))).toThrow(words);
});

it('takes the time limit from customTimeouts, then the annotation, then the kind', () => {
  const annotated = { metadata: { annotations: { 'pulumi.com/timeoutSeconds': '30' } } };
  expect(timeoutOf(annotated, 10, 600)).toBe(10);
  expect(timeoutOf(annotated, undefined, 600)).toBe(30);
  expect(
    timeoutOf({ metadata: { annotations: { 'pulumi.com/timeoutSeconds': 'soon' } } }, undefined, 600),
  ).toBe(600);
  expect(timeoutOf({}, undefined, 600)).toBe(600);
});
