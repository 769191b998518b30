// Suites by what they need: `unit` and `policy` nothing, `previews` the engine, `gates` package registries, `plugins` the plugins' own processes and a
// cluster, `cluster` a running platform, `functions`, `sentinel` and `rules` the built images, `chaos` a stack `staging` that it
// may break, `lifecycle` a platform that it may stop and start.
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
    'unit',
    'policy',
    'previews',
    'gates',
    'plugins',
    'functions',
    'sentinel',
    'rules',
    'cluster',
    'chaos',
    'lifecycle',
  ].map((name) => suite(name)),
  testTimeout: 30_000,
};
