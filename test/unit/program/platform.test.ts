import { parseStackConfig } from '../../../stacks/parse';
import { buildPlatform } from '../../../stacks/platform';
import { record } from '../support/recorder';

test('every object of the cluster is made by the explicit provider', async () => {
  const { resources } = await record(() =>
    buildPlatform(parseStackConfig('session-database', { environment: 'dev' })),
  );
  const objects = resources.filter(({ type }) => type.startsWith('kubernetes:'));
  expect([...new Set(objects.map(({ provider }) => provider))]).toEqual(['cluster']);
});
