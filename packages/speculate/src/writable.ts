/**
 * While it is made: a field that may be missing is assigned in every step, since a spread takes a hundred times as long and
 * is felt where many texts share batches.
 */
export type Writable<Type> = { -readonly [Field in keyof Type]: Type[Field] }
