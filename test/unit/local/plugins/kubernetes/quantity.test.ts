import fc from 'fast-check';
import { canonicalQuantity } from '../../../../../local/plugins/kubernetes/quantity';

// Expected values are those of k8s.io/apimachinery's resource.Quantity.
it.each([
  ['1024Mi', '1Gi'],
  ['1000Mi', '1000Mi'],
  ['1536Mi', '1536Mi'],
  ['1.5Gi', '1536Mi'],
  ['0.5Gi', '512Mi'],
  ['1024Ki', '1Mi'],
  ['512Ki', '512Ki'],
  ['0.5Ki', '512'],
  ['1000m', '1'],
  ['1500m', '1500m'],
  ['1.5', '1500m'],
  ['0.1', '100m'],
  ['.5', '500m'],
  ['100m', '100m'],
  ['0', '0'],
  ['0Gi', '0'],
  ['2', '2'],
  ['1000', '1k'],
  ['1024', '1024'],
  ['1000k', '1M'],
  ['1000000', '1M'],
  ['-1000m', '-1'],
  ['1e3', '1e3'],
  ['', ''],
  ['many', 'many'],
  ['Mi', 'Mi'],
])('%s is %s', (text, expected) => {
  expect(canonicalQuantity(text)).toBe(expected);
});

it('is its own canonical form', () => {
  const quantity = fc
    .tuple(fc.nat(1_000_000), fc.constantFrom('', 'm', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi', 'Ti'))
    .map(([value, unit]) => `${value}${unit}`);
  fc.assert(
    fc.property(quantity, (text) => {
      const canonical = canonicalQuantity(text);
      expect(canonicalQuantity(canonical)).toBe(canonical);
    }),
  );
});
