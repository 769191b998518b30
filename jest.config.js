// Suites by what they need: `unit` nothing, `plugins` the plugins' own processes and a cluster, `cluster` a running
// platform, `functions` and `sentinel` the built image of Redis, `lifecycle` a platform that it may stop and start.
const suite = (name, extra = {}) => ({
  displayName: name,
  rootDir: __dirname,
  // Not the whole checkout: the cluster's own files are in it.
  roots: ['<rootDir>/test'],
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  transform: { '^.+\\.ts$': 'ts-jest' },
  ...extra,
});

module.exports = {
  projects: [
    suite('unit'),
    suite('plugins'),
    suite('functions'),
    suite('sentinel'),
    suite('cluster'),
    suite('lifecycle'),
  ],
  testTimeout: 30_000,
};
