// The suites that judge the policy pack and the configuration, without types: Stryker puts every mutant into the same files.
module.exports = {
  rootDir: '../..',
  roots: ['<rootDir>/test'],
  testMatch: ['<rootDir>/test/policy/**/*.test.ts', '<rootDir>/test/unit/stacks/**/*.test.ts'],
  transform: { '^.+\\.ts$': ['ts-jest', { diagnostics: false, isolatedModules: true }] },
  testTimeout: 30_000,
};
