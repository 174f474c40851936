/** The texts of this feature. A language is one object of this shape. */
export const t = {
  one: (name: string) => `${name} is typing…`,
  two: (names: [string, string]) => `${names[0]} and ${names[1]} are typing…`,
  several: 'Several people are typing…',
}
