/**
 * Kubernetes quantities ("256Mi", "100m") as numbers, so that sizes can be compared and computed before any
 * cluster sees them.
 */

const factors: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** Bytes of a quantity of memory or storage: whole numbers or decimals with k, M, G, T, Ki, Mi, Gi or Ti.
 * Undefined when it is none, is not above zero, or is no whole number of bytes. */
export function bytesOf(quantity: string): number | undefined {
  const [, digits, suffix] = /^(\d+(?:\.\d+)?)(|k|M|G|T|Ki|Mi|Gi|Ti)$/.exec(quantity) ?? [];
  const factor = factors[suffix ?? 'none'];
  if (digits === undefined || factor === undefined) return undefined;
  const bytes = Number(digits) * factor;
  return bytes > 0 && Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** Thousandths of a core of a quantity of CPU: "2", "0.5", "250m". Undefined when it is none or not above zero. */
export function millicoresOf(quantity: string): number | undefined {
  const [, digits, suffix] = /^(\d+(?:\.\d+)?)(|m)$/.exec(quantity) ?? [];
  if (digits === undefined) return undefined;
  const millicores = Math.round(Number(digits) * (suffix === 'm' ? 1 : 1000) * 1e6) / 1e6;
  return millicores > 0 && Number.isSafeInteger(millicores) ? millicores : undefined;
}

/** As bytesOf, for values that were validated before: an invalid one is an error of the program. */
export function bytes(quantity: string): number {
  const value = bytesOf(quantity);
  if (value === undefined) throw new Error(`"${quantity}" is no quantity of bytes`);
  return value;
}

/** Bytes as people write them: whole Gi where that is exact, else whole Mi, rounded as told. */
export function formatBytes(value: number, round: 'up' | 'down'): string {
  if (value % 2 ** 30 === 0) return `${value / 2 ** 30}Gi`;
  return `${(round === 'up' ? Math.ceil : Math.floor)(value / 2 ** 20)}Mi`;
}
