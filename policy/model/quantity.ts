// Exponents of ten and of two by the suffixes of Kubernetes' quantities.
const decimal: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};
const binary: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };

/** The number that a quantity of Kubernetes stands for (`512Mi`, `250m`, `1e3`), or undefined where it is none. */
export function quantityOf(text: number | string): number | undefined {
  const parts = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)([A-Za-z]*)$/.exec(String(text));
  const [, digits, suffix = ''] = parts ?? [];
  if (digits === undefined) return undefined;
  const power = binary[suffix];
  if (power !== undefined) return Number(digits) * 2 ** power;
  const exponent = decimal[suffix];
  return exponent === undefined ? undefined : Number(`${digits}${/e/i.test(digits) ? '' : `e${exponent}`}`);
}
