import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const policy = join(__dirname, '..', '..', 'policy');

// In a process of its own: Jest has its own cache of modules.
const answer = (script: string): unknown =>
  JSON.parse(execFileSync('node', ['-e', `require('./sdk');${script}`], { cwd: policy, encoding: 'utf8' }));

test("the SDK is loaded without a compiler and without npm's resolver of packages", () => {
  const loaded = answer('console.log(JSON.stringify(Object.keys(require.cache)))') as string[];
  expect(loaded.some((path) => path.includes('/@pulumi/policy/'))).toBe(true);
  expect(loaded.filter((path) => /\/(typescript|arborist)\//.test(path))).toEqual([]);
});

test('rules are given one copy of what a resource is, and repairs copies of their own', () => {
  const script = `
    const { AnalyzeRequest, AnalyzerResourceOptions } = require('@pulumi/pulumi/proto/analyzer_pb');
    const { Struct } = require('google-protobuf/google/protobuf/struct_pb');
    const { makeAnalyzeRpcFun, makeRemediateRpcFun } = require('@pulumi/policy/server');

    const seen = [];
    const see = ({ props }) => void seen.push(props.spec.__getSpecialProxyTarget);
    const policies = ['mandatory', 'mandatory', 'remediate'].map((enforcementLevel, nth) => ({
      name: 'rule-' + nth,
      description: 'any',
      enforcementLevel,
      validateResource: see,
      remediateResource: see,
    }));
    const request = new AnalyzeRequest();
    request.setProperties(Struct.fromJavaScript({ spec: { replicas: 1 } }));
    request.setOptions(new AnalyzerResourceOptions());
    const ask = (make) =>
      new Promise((resolve) => make('pack', '1.0.0', 'mandatory', policies)({ request }, resolve));
    ask(makeAnalyzeRpcFun).then((error) => {
      const judged = seen.splice(0);
      return ask(makeRemediateRpcFun).then((second) =>
        console.log(
          JSON.stringify({
            errors: [error, second],
            judged,
            copies: new Set(judged).size,
            repaired: seen,
            own: !judged.includes(seen[0]),
          }),
        ),
      );
    });
  `;
  const spec = { replicas: 1 };
  expect(answer(script)).toEqual({
    errors: [null, null],
    judged: [spec, spec, spec],
    copies: 1,
    repaired: [spec],
    own: true,
  });
});
