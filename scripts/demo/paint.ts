import type { Style } from './stage';

const codes: Readonly<Record<Style, string>> = { heading: '1', call: '36', reply: '32', text: '', keys: '2' };

/** Whether an output gets colours: a terminal does, unless NO_COLOR (https://no-color.org) is set. */
export const coloured = (terminal: boolean, noColor: string | undefined): boolean => terminal && !noColor;

/** A line in the colour of what it is. */
export const paint = (line: string, style: Style): string =>
  codes[style] === '' || line === '' ? line : `\u001b[${codes[style]}m${line}\u001b[0m`;
