/** The texts of this feature. A language is one object of this shape. */
export const t = {
  label: 'Priority',
  change: 'Set the priority…',
  filter: 'Find a priority',
  none: 'No priority of that name',
  levels: { urgent: 'Urgent', high: 'High', normal: 'Normal', low: 'Low' },
  done: (level: string) => `Priority: ${level}`,
  setBy: (actor: string) => ({
    urgent: `${actor} set the priority to urgent`,
    high: `${actor} set the priority to high`,
    normal: `${actor} set the priority to normal`,
    low: `${actor} set the priority to low`,
  }),
}
