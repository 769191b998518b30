const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const DECIMAL = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const NANO = 1_000_000_000n;
const PATTERN = /^([+-]?)(\d*)(?:\.(\d*))?(?:([KMGTPE]i)|([numkMGTPE])|[eE]([+-]?\d+))?$/;

/** Value in billionths; what is finer is rounded up, as the API server does. */
function nanos(digits: string, fraction: string, scale: bigint, divisor: bigint): bigint {
  const scaled = BigInt(digits + fraction) * NANO * scale;
  const by = 10n ** BigInt(fraction.length) * divisor;
  return (scaled + by - 1n) / by;
}

function decimal(value: bigint): string {
  if (value === 0n) return '0';
  let [mantissa, unit] = [value, 0];
  while (mantissa % 1000n === 0n && unit < DECIMAL.length - 1) {
    mantissa /= 1000n;
    unit += 1;
  }
  return `${mantissa}${DECIMAL[unit] ?? ''}`;
}

function binary(value: bigint): string {
  let [mantissa, unit] = [(value + NANO - 1n) / NANO, 0];
  if (mantissa < 1024n) return decimal(value);
  while (mantissa % 1024n === 0n && unit < BINARY.length - 1) {
    mantissa /= 1024n;
    unit += 1;
  }
  return `${mantissa}${BINARY[unit] ?? ''}`;
}

/**
 * The quantity as the API server writes it: `1024Mi` is `1Gi`, `0.5` is `500m`, `1000m` is `1`. What is no quantity,
 * and quantities with an exponent (`1e3`), are returned as they are.
 */
export function canonicalQuantity(text: string): string {
  const match = PATTERN.exec(text);
  if (match === null) return text;
  const [, sign = '', digits = '', fraction = '', binaryUnit, decimalUnit, exponent] = match;
  if (digits === '' && fraction === '') return text;
  if (exponent !== undefined) return text;
  const minus = sign === '-' ? '-' : '';
  if (binaryUnit !== undefined) {
    const scale = 1024n ** BigInt(BINARY.indexOf(binaryUnit));
    return minus + binary(nanos(digits || '0', fraction, scale, 1n));
  }
  const power = DECIMAL.indexOf(decimalUnit ?? '') - DECIMAL.indexOf('');
  const scale = power > 0 ? 1000n ** BigInt(power) : 1n;
  const divisor = power < 0 ? 1000n ** BigInt(-power) : 1n;
  return minus + decimal(nanos(digits || '0', fraction, scale, divisor));
}
