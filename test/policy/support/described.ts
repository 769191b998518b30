/** What a rule that tests make for themselves says of itself. */
export const described = {
  id: 'blue',
  demand: 'Objects are blue.',
  reason: 'Others are not seen.',
  remedy: 'Paint it.',
  severity: 'low',
  reference: { framework: 'session-database', control: 'Colours' },
} as const;
