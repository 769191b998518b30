// `make mutation`: how many planted faults the tests of the policy pack and of the configuration find.
export default {
  plugins: ['./test/mutation/plugin.mjs'],
  testRunner: 'loaded',
  mutate: ['policy/{model,pack,rules}/**/*.ts', 'stacks/**/*.ts'],
  coverageAnalysis: 'perTest',
  reporters: ['progress-append-only', 'clear-text', 'json', 'folders'],
  jsonReporter: { fileName: 'results/mutation/report.json' },
  clearTextReporter: {
    allowColor: false,
    allowEmojis: false,
    reportTests: false,
    logTests: false,
    reportScoreTable: false,
  },
  tempDirName: 'results/mutation/sandbox',
  concurrency: 2,
  timeoutMS: 10_000,
  // Of faults that take effect while a module is loaded: the runner asks few tests for those.
  warnings: { slow: false },
  ignorePatterns: ['.platform', 'results', 'coverage', 'examples', 'docs/runbooks'],
  thresholds: { high: 90, low: 85, break: 85 },
};
