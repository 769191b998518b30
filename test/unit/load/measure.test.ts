import { compare, type Rate } from '../../load/measure';

test('slices take turns, the first pair is not counted, and ratios are of pairs', async () => {
  const order: string[] = [];
  const slice = (name: string, rates: readonly number[]) => {
    let nth = 0;
    return (): Promise<Rate> => {
      order.push(name);
      const perSecond = rates[nth++]!;
      return Promise.resolve({ perSecond, serverMicroseconds: 1000 / perSecond, serverBusy: 1 });
    };
  };
  const { ratio, cpuRatio, first } = await compare(
    slice('a', [1, 20, 30, 80]),
    slice('b', [9, 10, 10, 20]),
    3,
    1,
  );
  expect(order.join('')).toBe('baabbaab');
  expect(ratio).toEqual({ median: 3, min: 2, max: 4 });
  expect(cpuRatio).toEqual({ median: 3, min: 2, max: 4 });
  expect(first.perSecond).toBe(30);
});
