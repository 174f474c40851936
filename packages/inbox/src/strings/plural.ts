/** Picks the form of a plural by the language's own rules and puts the number in it. */
export function plural(language: string, forms: Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }) {
  const rules = new Intl.PluralRules(language)
  const numbers = new Intl.NumberFormat(language)
  return (count: number) => (forms[rules.select(count)] ?? forms.other).replace('#', numbers.format(count))
}
